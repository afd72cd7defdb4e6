import { testConfig } from "../../vitest.shared.ts";

// The entry point is a process; main.test.ts runs it as such.
export default testConfig({
  setupFiles: ["@nofx/testkit/matchers"],
  globalSetup: ["test/global-setup.ts"],
  uncovered: ["src/main.ts"],
});
