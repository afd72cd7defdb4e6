export * from "./bundle-error.ts";
export { type BundleIndex, BundleIndexFile, indexText, type ListedEntry } from "./bundle-index.ts";
export { escapeCase } from "./entry-name.ts";
export * from "./json-form.ts";
export * from "./limits.ts";
export * from "./open-bundle.ts";
export { readTar } from "./read-tar.ts";
export { gzipped, writeTar } from "./write-tar.ts";
