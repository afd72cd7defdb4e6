import { slowConfig } from "../../vitest.shared.ts";

/** `npm run test:faults`: takes minutes, so apart from the quick tests. */
export default slowConfig("faults", {
  setupFiles: ["@nofx/testkit/matchers"],
  globalSetup: ["@nofx/testkit/global-setup"],
});
