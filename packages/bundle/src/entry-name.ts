import { BundleError } from "./bundle-error.ts";
import type { BundleLimits } from "./limits.ts";

/** The first entry of a bundle, which lists all others. */
export const indexName = "bundle.json";

/** Lower-case ASCII, relative, no empty, `.` or `..` segment: the same file on every file system. */
const safeName = /^(?!\.{1,2}(?:\/|$))[a-z0-9._+!-]+(?:\/(?!\.{1,2}(?:\/|$))[a-z0-9._+!-]+)*$/;

/** A name as file systems compare them that know neither case nor forms of Unicode. */
const folded = (name: string): string => name.normalize("NFKC").toLowerCase();

/** Lower-case for any text that names have: each capital as `!` and its small letter, as Go's module cache has them. */
export const escapeCase = (text: string): string => text.replace(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);

/** Judges names one after the other: each must be safe, and none may stand for the same file as one before. */
export class NameGuard {
  readonly #seen = new Set<string>();
  readonly #limits: BundleLimits;

  constructor(limits: BundleLimits) {
    this.#limits = limits;
  }

  /** @throws bundle_too_many_entries, bundle_entry_duplicate, bundle_path_unsafe */
  admit(name: string): void {
    const { entriesMax, nameMax } = this.#limits;
    if (this.#seen.size > entriesMax) {
      throw new BundleError("bundle_too_many_entries", `A bundle may have ${entriesMax} entries beside its index`);
    }
    if (name.length > nameMax) {
      const start = name.slice(0, 100);
      throw new BundleError("bundle_path_unsafe", `A name may have ${nameMax} characters`, start);
    }
    const key = folded(name);
    if (this.#seen.has(key)) {
      throw new BundleError("bundle_entry_duplicate", "Another entry stands for the same file", name);
    }
    if (!safeName.test(name)) {
      const message = "Names are relative paths of lower-case letters, digits and . _ + - ! without `..`";
      throw new BundleError("bundle_path_unsafe", message, name);
    }
    this.#seen.add(key);
  }
}
