import { slowConfig } from "../../vitest.shared.ts";

/** `npm run bench:analytics`, `npm run bench:lists`: fill databases for minutes, so apart from the quick tests. */
export default slowConfig("bench", {
  setupFiles: ["@nofx/testkit/matchers"],
  globalSetup: ["@nofx/testkit/global-setup"],
});
