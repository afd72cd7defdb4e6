import { testConfig } from "../../vitest.shared.ts";

// verify-file.ts is a process; its test runs it as one.
export default testConfig({ uncovered: ["src/verify-file.ts"] });
