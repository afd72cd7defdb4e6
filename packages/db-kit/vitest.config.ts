import { fileURLToPath } from "node:url";
import { testConfig } from "../../vitest.shared.ts";

export default testConfig({ globalSetup: [fileURLToPath(new URL("./test/global-setup.ts", import.meta.url))] });
