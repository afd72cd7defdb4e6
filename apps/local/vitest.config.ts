import { testConfig } from "../../vitest.shared.ts";

// Processes; start.test.ts and samples.test.ts run them as such.
export default testConfig({
  globalSetup: ["test/global-setup.ts"],
  uncovered: ["src/main.ts", "src/stop-on-signal.ts", "src/remove-samples.ts"],
});
