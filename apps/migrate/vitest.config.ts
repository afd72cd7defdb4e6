import { testConfig } from "../../vitest.shared.ts";

// A process; program.test.ts runs it as such.
export default testConfig({ globalSetup: ["@nofx/testkit/global-setup"], uncovered: ["src/main.ts"] });
