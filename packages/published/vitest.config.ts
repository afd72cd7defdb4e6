import { mergeConfig } from "vitest/config";
import { testConfig } from "../../vitest.shared.ts";

// One process loads the services once; what the tests start keeps the other core busy.
export default mergeConfig(testConfig({ globalSetup: ["@nofx/testkit/global-setup"], uncovered: ["src/main.ts"] }), {
  test: { maxWorkers: 1 },
});
