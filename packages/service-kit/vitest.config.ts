import { testConfig } from "../../vitest.shared.ts";

// Traces need a service with a database: track-kit/test/tracing.test.ts.
export default testConfig({ uncovered: ["src/tracing/*.ts"] });
