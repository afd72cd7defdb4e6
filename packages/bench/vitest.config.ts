import { testConfig } from "../../vitest.shared.ts";

// Both run as processes of their own: the program, which main.test.ts runs as one, and the bare server.
export default testConfig({ uncovered: ["src/main.ts", "src/bare.ts"] });
