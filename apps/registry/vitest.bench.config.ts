import { slowConfig } from "../../vitest.shared.ts";

/** `npm run bench:lists`: fills databases for minutes, so apart from the quick tests. */
export default slowConfig("bench", {
  setupFiles: ["@nofx/testkit/matchers"],
  globalSetup: ["@nofx/testkit/global-setup"],
});
