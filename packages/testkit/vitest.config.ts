import { fileURLToPath } from "node:url";
import { testConfig } from "../../vitest.shared.ts";

const source = (file: string): string => fileURLToPath(new URL(`./src/${file}`, import.meta.url));

export default testConfig({
  setupFiles: [source("matchers.ts"), source("end-lent.ts")],
  globalSetup: [source("global-setup.ts")],
});
