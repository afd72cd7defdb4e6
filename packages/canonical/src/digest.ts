import { createHash } from "node:crypto";
import canonicalize from "canonicalize";

/** The canonical form of a JSON value (RFC 8785): one text for one value, on every platform. */
export const canonicalForm = (value: unknown): string => {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("undefined has no canonical form");
  return text;
};

/** SHA-256 of bytes, or of a text in UTF-8, written `sha256:<hex>`. */
export const sha256 = (bytes: string | Uint8Array): string =>
  `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
