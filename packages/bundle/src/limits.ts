/** How much a bundle may be. All of it holds while the bundle is read, not afterwards. */
export interface BundleLimits {
  /** Entries beside the index. */
  readonly entriesMax: number;
  /** Bytes of the unpacked archive. */
  readonly bytesMax: number;
  /** Bytes of one entry. */
  readonly entryBytesMax: number;
  readonly indexBytesMax: number;
  /** Characters of an entry's name. */
  readonly nameMax: number;
  /** Unpacked bytes for each packed byte. */
  readonly ratioMax: number;
  /** Up to this many unpacked bytes, any ratio is harmless. */
  readonly ratioFreeBytes: number;
}

const mebibyte = 1024 * 1024;

/** Limits of every bundle, unless its reader says otherwise. */
export const bundleLimits: BundleLimits = {
  entriesMax: 20_000,
  bytesMax: 256 * mebibyte,
  entryBytesMax: 32 * mebibyte,
  indexBytesMax: 8 * mebibyte,
  nameMax: 512,
  ratioMax: 200,
  ratioFreeBytes: mebibyte,
};
