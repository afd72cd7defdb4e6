import { defineConfig } from "vitest/config";

/** The suite against the origin of NOFX_ORIGIN, so apart from the tests that need none. */
export default defineConfig({
  test: {
    include: ["test/*.acceptance.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: "forks",
    maxWorkers: 1,
    // Verbose, so that one sees which checks were skipped and why.
    reporters: ["verbose"],
  },
});
