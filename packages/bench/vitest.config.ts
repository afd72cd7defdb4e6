import { testConfig } from "../../vitest.shared.ts";

// They run as processes of their own: the programs, of which main.test.ts runs one, and the bare server.
export default testConfig({ uncovered: ["src/main.ts", "src/bare.ts", "src/capacity.ts"] });
