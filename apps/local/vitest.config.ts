import { testConfig } from "../../vitest.shared.ts";

// main.ts is the process itself; start.test.ts runs it as one.
export default testConfig({ uncovered: ["src/main.ts"] });
