import { canonicalForm, sha256 } from "@nofx/canonical";
import { z } from "zod";
import { BundleError } from "./bundle-error.ts";
import { indexName, NameGuard } from "./entry-name.ts";
import type { BundleLimits } from "./limits.ts";

/** An entry as the index lists it. */
export interface ListedEntry {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** `sha256:` and 64 hexadecimal digits, of the bytes. */
  readonly digest: string;
}

/** What `bundle.json` says. `content` is the reader's concern. */
export interface BundleIndex {
  readonly content: unknown;
  readonly entries: readonly ListedEntry[];
}

const format = "nofx-bundle";
const formatVersion = 1;

const Format = z.object({ format: z.literal(format), formatVersion: z.int() });
/** `bundle.json`. What `content` is, is the reader's concern. */
export const BundleIndexFile = z.strictObject({
  format: z.literal(format),
  formatVersion: z.literal(formatVersion),
  content: z.unknown(),
  entries: z.array(
    z.strictObject({ path: z.string(), size: z.int().min(0), digest: z.string().regex(/^sha256:[0-9a-f]{64}$/) }),
  ),
});

/** The index as it is written, and its digest, which stands for the whole bundle: it names every byte of the entries. */
export const indexText = (content: unknown, entries: readonly ListedEntry[]): { text: string; digest: string } => {
  const text = canonicalForm({ format, formatVersion, content, entries });
  return { text, digest: sha256(text) };
};

const invalid = (message: string): BundleError => new BundleError("bundle_index_invalid", message, indexName);

const parse = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw invalid("The index is not JSON in UTF-8");
  }
};

/** Everything about the entries that can be judged before the first of them is read. */
const checkEntries = (entries: readonly ListedEntry[], limits: BundleLimits): void => {
  const names = new NameGuard(limits);
  names.admit(indexName);
  let total = 0;
  for (const { path, size } of entries) {
    names.admit(path);
    total += size;
    if (size > limits.entryBytesMax) {
      throw new BundleError("bundle_too_large", `An entry may have ${limits.entryBytesMax} bytes`, path);
    }
  }
  if (total > limits.bytesMax) {
    throw new BundleError("bundle_too_large", `All entries together may have ${limits.bytesMax} bytes`);
  }
};

/** Reads an index. @throws bundle_unsupported, bundle_index_invalid, and what its entries break */
export const parseIndex = (bytes: Uint8Array, limits: BundleLimits): BundleIndex => {
  const given = parse(bytes);
  const is = Format.safeParse(given);
  if (!is.success) throw invalid("The index is not that of a bundle");
  if (is.data.formatVersion !== formatVersion) {
    const message = `The bundle is of format ${is.data.formatVersion}, and this reads format ${formatVersion}`;
    throw new BundleError("bundle_unsupported", message, indexName);
  }
  const index = BundleIndexFile.safeParse(given);
  if (!index.success) {
    const [issue] = index.error.issues;
    throw invalid(`The index has a fault at ${issue?.path.join(".") || "its top"}: ${issue?.message}`);
  }
  checkEntries(index.data.entries, limits);
  return index.data;
};
