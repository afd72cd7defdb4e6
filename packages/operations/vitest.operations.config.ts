import { slowConfig } from "../../vitest.shared.ts";

export default slowConfig("operations", { setupFiles: ["@nofx/testkit/matchers"] });
