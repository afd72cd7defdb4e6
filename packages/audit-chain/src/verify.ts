import { genesis, type Head, type SealedEntry } from "./entry.ts";
import { hashOf } from "./seal.ts";

/**
 * What is wrong with an entry:
 * `altered`: it, its place or its hash is not what was sealed; `rewritten`: it was altered and hashed anew, but the next
 * entry vouches for the old hash; `entry_missing`: sealed, and gone; `missing`: its whole place is gone; `inserted`: it
 * was put between two entries that follow each other; `out_of_order`: it comes too late; `checkpoint_mismatch`: the
 * chain is sound, and not the one that the checkpoint was taken of, or shorter.
 */
export type BreakReason =
  | "altered"
  | "rewritten"
  | "entry_missing"
  | "missing"
  | "inserted"
  | "out_of_order"
  | "checkpoint_mismatch";

/** The first place where a chain does not hold. */
export interface BrokenLink {
  readonly position: number;
  /** Absent where nothing is left that could name the entry. */
  readonly auditId?: string;
  readonly reason: BreakReason;
  /** What was sealed: a hash, or a position. */
  readonly expected?: string;
  /** What is there now. */
  readonly found?: string;
}

export interface ChainReport {
  readonly valid: boolean;
  /** Entries that hold, up to the first that does not. */
  readonly verified: number;
  /** The last entry that holds: worth keeping elsewhere, as a checkpoint. */
  readonly head: Head;
  readonly firstBroken?: BrokenLink;
}

export interface VerifyOptions {
  /** Head of the part before; default: the beginning. It is believed. */
  readonly after?: Head;
  /** A head that was kept: the chain must still have it. */
  readonly checkpoint?: Head | undefined;
}

/** The entry before, as far as it is known. */
type Before = Head & Partial<Pick<SealedEntry, "auditId" | "previousHash">>;

/** The hash that an entry would have at a position; none if it cannot be hashed, which no sealed entry is like. */
const hashAt = (sealed: SealedEntry, position: number): string | undefined => {
  try {
    return hashOf({ ...sealed, position });
  } catch {
    return undefined;
  }
};

const named = ({ position, auditId }: Before): Pick<BrokenLink, "position" | "auditId"> => ({
  position,
  ...(auditId !== undefined && { auditId }),
});

/** Names what broke the link between two entries, the later of which stands where it should. */
const brokenBetween = (before: Before, next: SealedEntry, found: string | undefined): BrokenLink => {
  if (found === next.hash && before.position > 0)
    return { ...named(before), reason: "rewritten", expected: next.previousHash, found: before.hash };
  if (next.previousHash === before.previousHash && hashAt(next, next.position - 1) === next.hash)
    return { ...named(before), reason: "inserted" };
  if (hashAt(next, next.position + 1) === next.hash) return { position: next.position, reason: "missing" };
  const expected = found === next.hash ? before.hash : next.hash;
  const instead = found === next.hash ? next.previousHash : found;
  return { ...named(next), reason: "altered", expected, ...(instead !== undefined && { found: instead }) };
};

const judge = (before: Before, next: SealedEntry): BrokenLink | undefined => {
  const position = before.position + 1;
  const places = { position, expected: String(position), found: String(next.position) };
  if (next.position > position) return { ...places, reason: "missing" };
  if (next.position !== position) return { ...places, auditId: next.auditId, reason: "out_of_order" };
  if (next.entry === null) return { ...named(next), reason: "entry_missing" };
  const found = hashAt(next, position);
  if (next.auditId !== next.entry.id || (next.previousHash === before.hash && found !== next.hash))
    return {
      ...named(next),
      reason: "altered",
      expected: next.hash,
      ...(found !== undefined && found !== next.hash && { found }),
    };
  return next.previousHash === before.hash ? undefined : brokenBetween(before, next, found);
};

/** Compares a chain's hash at a checkpoint's position with the one that was kept; `undefined` if there is none. */
export const judgeCheckpoint = (
  checkpoint: Head,
  there: Pick<SealedEntry, "hash" | "auditId"> | undefined,
): BrokenLink | undefined => {
  if (there?.hash === checkpoint.hash) return undefined;
  const { position, hash: expected } = checkpoint;
  return {
    position,
    reason: "checkpoint_mismatch",
    expected,
    ...(there && { auditId: there.auditId, found: there.hash }),
  };
};

const broken = (start: Head, head: Head, firstBroken: BrokenLink): ChainReport => ({
  valid: false,
  verified: Math.max(0, head.position - start.position),
  head: { position: head.position, hash: head.hash },
  firstBroken,
});

/** The last place that holds: before the named entry, which may be the one before the link. */
const lastSound = (before: Before, { position }: BrokenLink): Head =>
  position === before.position && before.previousHash !== undefined
    ? { position: position - 1, hash: before.previousHash }
    : before;

/** Verifies sealed entries in the order of their chain, one at a time, however many they are. Stops at the first break. */
export const verifyChain = async (
  entries: Iterable<SealedEntry> | AsyncIterable<SealedEntry>,
  { after = genesis, checkpoint }: VerifyOptions = {},
): Promise<ChainReport> => {
  let before: Before = after;
  for await (const next of entries) {
    const link = judge(before, next);
    if (link) return broken(after, lastSound(before, link), link);
    const kept = checkpoint?.position === next.position ? judgeCheckpoint(checkpoint, next) : undefined;
    if (kept) return broken(after, before, kept);
    before = next;
  }
  const head = { position: before.position, hash: before.hash };
  if (checkpoint && checkpoint.position > head.position) {
    const cut = judgeCheckpoint(checkpoint, undefined);
    if (cut) return broken(after, head, cut);
  }
  return { valid: true, verified: head.position - after.position, head };
};
