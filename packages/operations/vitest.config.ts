import { testConfig } from "../../vitest.shared.ts";

export default testConfig({ setupFiles: ["@nofx/testkit/matchers"], uncovered: ["src/backup.ts"] });
