import { defineConfig } from "vitest/config";

/** `npm run test:faults`: takes minutes, so apart from the quick tests. */
export default defineConfig({
  test: {
    include: ["test/faults/*.faults.ts"],
    setupFiles: ["@nofx/testkit/matchers"],
    globalSetup: ["@nofx/testkit/global-setup"],
    pool: "forks",
  },
});
