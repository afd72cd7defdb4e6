import { defineConfig } from "vitest/config";

/** `npm run bench:search`: fills indexes and waits for answers, so apart from the quick tests. */
export default defineConfig({
  test: {
    include: ["test/bench/*.bench.ts"],
    setupFiles: ["@nofx/testkit/matchers"],
    globalSetup: ["@nofx/testkit/global-setup"],
    testTimeout: 300_000,
  },
});
