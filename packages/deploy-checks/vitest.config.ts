import { testConfig } from "../../vitest.shared.ts";

// The program writes over what is checked; what runs Helm is only tested where there is one.
export default testConfig({
  globalSetup: ["@nofx/testkit/global-setup"],
  uncovered: ["src/main.ts", "src/render.ts"],
});
