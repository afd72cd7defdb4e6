import { testConfig } from "../../vitest.shared.ts";

// The process itself; start.test.ts runs it as one.
export default testConfig({ uncovered: ["src/main.ts", "src/stop-on-signal.ts"] });
