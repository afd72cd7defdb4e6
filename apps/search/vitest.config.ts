import { testConfig } from "../../vitest.shared.ts";

// The entry points are processes; the tests of apps/local and of faults run them as such.
export default testConfig({
  setupFiles: ["@nofx/testkit/matchers", "@nofx/testkit/end-lent"],
  globalSetup: ["@nofx/testkit/global-setup"],
  uncovered: ["src/main.ts", "src/migrate.ts"],
});
