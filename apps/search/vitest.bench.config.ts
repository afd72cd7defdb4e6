import { slowConfig } from "../../vitest.shared.ts";

/** `npm run bench:search`: fills indexes and waits for answers, so apart from the quick tests. */
export default slowConfig("bench", {
  setupFiles: ["@nofx/testkit/matchers"],
  globalSetup: ["@nofx/testkit/global-setup"],
});
