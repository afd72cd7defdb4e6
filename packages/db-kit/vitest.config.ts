import { fileURLToPath } from "node:url";
import { testConfig } from "../../vitest.shared.ts";

/** Only root can start a server as another account, so only root's tests reach it. */
const ofRoot = process.getuid?.() === 0 ? [] : ["src/embedded/server-user.ts"];

export default testConfig({
  globalSetup: [fileURLToPath(new URL("./test/global-setup.ts", import.meta.url))],
  uncovered: ofRoot,
});
