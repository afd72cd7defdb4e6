import { defineConfig } from "vitest/config";

/** `npm run test:compat`: the suite against the server of BUILDER_URL, so apart from the tests that need none. */
export default defineConfig({
  // Verbose, so that one sees which tests were skipped and why.
  test: { include: ["test/server.compat.ts"], testTimeout: 120_000, reporters: ["verbose"] },
});
