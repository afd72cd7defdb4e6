/** Why a bundle is refused. Codes are permanent. */
export type BundleErrorCode =
  | "bundle_malformed"
  | "bundle_truncated"
  | "bundle_unsupported"
  | "bundle_index_invalid"
  | "bundle_entry_not_file"
  | "bundle_path_unsafe"
  | "bundle_entry_duplicate"
  | "bundle_entry_unlisted"
  | "bundle_digest_wrong"
  | "bundle_content_invalid"
  | "bundle_too_many_entries"
  | "bundle_too_large"
  | "bundle_bomb";

/** The only thing that reading a bundle throws for what is in it. */
export class BundleError extends Error {
  readonly code: BundleErrorCode;
  /** The entry that it is about; undefined if it is about the archive. */
  readonly entry: string | undefined;

  constructor(code: BundleErrorCode, message: string, entry?: string) {
    super(message);
    this.name = "BundleError";
    this.code = code;
    this.entry = entry;
  }
}

/** What the libraries of tar and gzip say of an archive that just ends. */
const isEnd = (error: unknown): boolean =>
  error instanceof Error &&
  (error.message === "Unexpected end of data" || (error as { code?: unknown }).code === "Z_BUF_ERROR");

/** What a library threw over an archive, as a refusal of the archive. */
export const asBundleError = (error: unknown): BundleError => {
  if (error instanceof BundleError) return error;
  return isEnd(error)
    ? new BundleError("bundle_truncated", "The archive ends in the middle")
    : new BundleError("bundle_malformed", "This is not an archive, or it is damaged");
};
