import { testConfig } from "../../vitest.shared.ts";

// The program writes over what is checked.
export default testConfig({ globalSetup: ["@nofx/testkit/global-setup"], uncovered: ["src/main.ts"] });
