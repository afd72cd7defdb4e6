import { defineConfig } from "vitest/config";

/** `npm run bench:bounds`: the most work that may be asked for, so apart from the quick tests. */
export default defineConfig({ test: { include: ["test/bench/*.bench.ts"], testTimeout: 300_000 } });
