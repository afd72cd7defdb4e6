import { defineConfig } from "vitest/config";

// Needs the npm registry for what other people publish.
export default defineConfig({
  test: {
    include: ["test/everything/*.packages.ts"],
    globalSetup: ["@nofx/testkit/global-setup"],
    pool: "forks",
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
