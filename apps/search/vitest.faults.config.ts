import { defineConfig } from "vitest/config";

/** `npm run test:faults`: kills processes for minutes, so apart from the quick tests. */
export default defineConfig({ test: { include: ["test/faults/*.faults.ts"] } });
