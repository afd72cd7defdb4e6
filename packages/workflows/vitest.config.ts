import { testConfig } from "../../vitest.shared.ts";

export default testConfig({ globalSetup: ["@nofx/testkit/global-setup"] });
