import { testConfig } from "../../vitest.shared.ts";

// These files declare the suite's tests and can only run against a server: the service's own tests do that.
export default testConfig({ uncovered: ["src/suite/*.ts"] });
