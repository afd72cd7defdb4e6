/** What an audit entry says: everything that its hash vouches for. */
export interface AuditFacts {
  readonly id: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly version?: string | undefined;
  readonly reason?: string | undefined;
  /** As `parseExactly` reads it: any JSON value, numbers unrounded. */
  readonly details: unknown;
  readonly correlationId: string;
  readonly changeId?: string | undefined;
}

/** A place in a chain, and the hash of what stands there: everything up to it can be checked against this. */
export interface Head {
  /** 1 for the first entry; 0 for a chain without entries. */
  readonly position: number;
  readonly hash: string;
}

/** An audit entry with its place in its tenant's chain. */
export interface SealedEntry extends Head {
  readonly tenant: string;
  /** Of the entry that was sealed here, even if it is gone. */
  readonly auditId: string;
  /** Hash of the entry before; `genesis` for the first. */
  readonly previousHash: string;
  /** `null`: the entry is gone. */
  readonly entry: AuditFacts | null;
}

/** Where every chain begins. The tenant is part of every hash, so chains of two tenants part at their first entry. */
export const genesis: Head = { position: 0, hash: `sha256:${"0".repeat(64)}` };
