import { canonicalForm, sha256 } from "@nofx/canonical";
import type { AuditFacts, Head, SealedEntry } from "./entry.ts";

/** What is hashed. An entry that is gone leaves its id. */
type Unhashed = Omit<SealedEntry, "hash">;

/** SHA-256 over the canonical form (RFC 8785) of tenant, position, previous hash and entry. */
export const hashOf = ({ tenant, position, previousHash, auditId, entry }: Unhashed): string =>
  sha256(canonicalForm({ tenant, position, previousHash, entry: entry ?? { id: auditId } }));

/** Gives an entry the place behind `head`. An entry that is gone before it was sealed is sealed as gone. */
export const sealEntry = (
  tenant: string,
  head: Head,
  { auditId, entry }: { readonly auditId: string; readonly entry: AuditFacts | null },
): SealedEntry => {
  const unhashed = { tenant, position: head.position + 1, auditId, previousHash: head.hash, entry };
  return { ...unhashed, hash: hashOf(unhashed) };
};
