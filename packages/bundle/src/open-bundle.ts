import { sha256 } from "@nofx/canonical";
import { BundleError } from "./bundle-error.ts";
import { type BundleIndex, parseIndex } from "./bundle-index.ts";
import { indexName, NameGuard } from "./entry-name.ts";
import { type BundleLimits, bundleLimits } from "./limits.ts";

/** An entry of which only the header is known. Nothing of it has been checked. */
export interface RawEntry {
  readonly name: string;
  /** `file`, or whatever else archives can hold. */
  readonly type: string;
  readonly size: number;
  /** Reads the bytes, once. */
  readonly read: () => Promise<Buffer>;
}

/** An entry that is what the index says. */
export interface BundleEntry {
  readonly path: string;
  readonly content: Buffer;
}

/** A bundle whose index has been read and checked. */
export interface OpenBundle {
  readonly index: BundleIndex;
  /** Of the index, and so of everything. */
  readonly digest: string;
  /** In the order of the index; each is checked before it is given. To be read once. */
  readonly entries: AsyncGenerator<BundleEntry>;
}

const checkHeader = (names: NameGuard, { name, type, size }: RawEntry, bytesMax: number): void => {
  if (type !== "file")
    throw new BundleError("bundle_entry_not_file", `Only files are taken, and this is a ${type}`, name);
  names.admit(name);
  if (!(size >= 0 && size <= bytesMax)) {
    throw new BundleError("bundle_too_large", `This entry may have ${bytesMax} bytes`, name);
  }
};

const checkedEntries = async function* (
  raw: AsyncGenerator<RawEntry>,
  { entries }: BundleIndex,
  names: NameGuard,
  limits: BundleLimits,
): AsyncGenerator<BundleEntry> {
  let position = 0;
  for await (const entry of raw) {
    checkHeader(names, entry, limits.entryBytesMax);
    const listed = entries[position];
    if (listed?.path !== entry.name) {
      throw new BundleError("bundle_entry_unlisted", "The index does not list this entry at this place", entry.name);
    }
    if (listed.size !== entry.size) {
      throw new BundleError("bundle_digest_wrong", `The index says ${listed.size} bytes`, entry.name);
    }
    const content = await entry.read();
    if (sha256(content) !== listed.digest) {
      throw new BundleError("bundle_digest_wrong", "The bytes are not those that the index names", entry.name);
    }
    position += 1;
    yield { path: entry.name, content };
  }
  const missing = entries[position];
  if (missing) throw new BundleError("bundle_truncated", "The archive ends before this entry", missing.path);
};

/** Reads and checks the index of a bundle, and gives its entries one by one. @throws BundleError */
export const openBundle = async (
  raw: AsyncGenerator<RawEntry>,
  limits: BundleLimits = bundleLimits,
): Promise<OpenBundle> => {
  try {
    const { value: first } = await raw.next();
    if (!first) throw new BundleError("bundle_truncated", "The archive is empty");
    const names = new NameGuard(limits);
    checkHeader(names, first, limits.indexBytesMax);
    if (first.name !== indexName) {
      throw new BundleError("bundle_index_invalid", `The first entry of a bundle is ${indexName}`, first.name);
    }
    const bytes = await first.read();
    const index = parseIndex(bytes, limits);
    return { index, digest: sha256(bytes), entries: checkedEntries(raw, index, names, limits) };
  } catch (error) {
    await raw.return(undefined);
    throw error;
  }
};
