import { slowConfig } from "../../vitest.shared.ts";

/** `npm run test:faults`: kills processes for minutes, so apart from the quick tests. */
export default slowConfig("faults");
