import { testConfig } from "../../vitest.shared.ts";

export default testConfig({
  setupFiles: ["@nofx/testkit/end-lent"],
  globalSetup: ["@nofx/testkit/global-setup"],
});
