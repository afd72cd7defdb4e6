import { testConfig } from "../../vitest.shared.ts";

// Checks and load need a control plane, and run in the tests of apps/local; what starts one is a program.
export default testConfig({
  uncovered: ["src/checks/*.ts", "src/run/*.ts", "src/load/*.ts", "src/{bodies,events,suite,wire,world}.ts"],
});
