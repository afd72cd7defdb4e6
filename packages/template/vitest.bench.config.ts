import { slowConfig } from "../../vitest.shared.ts";

/** `npm run bench:bounds`: the most work that may be asked for, so apart from the quick tests. */
export default slowConfig("bench");
