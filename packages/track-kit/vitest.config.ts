import { testConfig } from "../../vitest.shared.ts";

// Programs are run as processes.
export default testConfig({
  setupFiles: ["@nofx/testkit/matchers"],
  globalSetup: ["@nofx/testkit/global-setup"],
  uncovered: ["src/programs.ts"],
});
