import { resolve } from "node:path";

/** This package's directory. */
export const packageRoot = resolve(import.meta.dirname, "../..");
/** The repository's. */
export const root = resolve(packageRoot, "../..");
