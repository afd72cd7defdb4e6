import type { Change } from "@nofx/contract-kit";
import type { DocumentType } from "@nofx/contract-search";
import type { DocumentKey } from "@nofx/search-core";
import { type GuardedCalls, Refused } from "@nofx/track-kit";
import type { SourceName } from "./indexer.ts";

/** What a source's feed told behind a place. */
export interface News {
  readonly changes: readonly Change[];
  /** Where to read on. */
  readonly next: string;
  /** There may be more at once. */
  readonly isFull: boolean;
}

/** From a place nobody can go on; why. */
export interface Gone {
  readonly gone: string;
}

/** A page of all records; what is in it is not trusted to be as the contract says. */
export interface RecordPage {
  readonly records: readonly unknown[];
  readonly nextCursor: string | undefined;
}

/** A page of the keys of all records. */
export interface KeyPage {
  readonly keys: readonly DocumentKey[];
  readonly nextCursor: string | undefined;
}

/** One of the services whose records are indexed. Every call throws when it is not answered. */
export interface Source {
  readonly name: SourceName;
  /** Of what its records tell. */
  readonly type: DocumentType;
  /** The place behind everything that has happened. */
  end(signal: AbortSignal): Promise<string>;
  /** What comes behind a place; waits for it for a while. Undefined: the signal ended the waiting. */
  after(place: string, waitSeconds: number, signal: AbortSignal): Promise<News | Gone | undefined>;
  /** The records of some keys, at most `keysMax`; `undefined`: the source fails on one of them, or on everything. */
  records(keys: readonly DocumentKey[], signal: AbortSignal): Promise<readonly unknown[] | undefined>;
  /** `undefined`: the source fails on one of the records, or on everything. */
  page(cursor: string | undefined, signal: AbortSignal): Promise<RecordPage | undefined>;
  /** The keys of what `page` gives, with its cursors. */
  keys(cursor: string | undefined, signal: AbortSignal): Promise<KeyPage>;
  circuit: GuardedCalls["circuit"];
}

/** How much is asked for at once. */
export const amounts = { changesMax: 200, keysMax: 200, pageMax: 200 } as const;

/** For one call; a feed that is waited for answers well before. */
export const callTimeoutMs = 10_000;

/** A source that was away is tried again soon: nothing is lost by asking. */
export const guard = { openMs: 2_000 } as const;

/** Asks for a page of a listing. */
export const pageOrder = (cursor: string | undefined): { readonly limit: number; readonly cursor?: string } => ({
  limit: amounts.pageMax,
  ...(cursor !== undefined && { cursor }),
});

type Answered<Body> =
  | { readonly ok: true; readonly body: Body }
  | {
      readonly ok: false;
      readonly status: number;
      readonly problem: { readonly code: string; readonly detail?: string | undefined };
    };

/** What was asked for. @throws Refused */
export const bodyOf = <Body>(answered: Answered<Body>): Body => {
  if (!answered.ok) throw new Refused(answered.status);
  return answered.body;
};

/** Like `bodyOf`, for a question that a service may fail on because of what is asked for. */
export const bodyUnlessFailed = <Body>(answered: Answered<Body>): Body | undefined =>
  !answered.ok && answered.status === 500 ? undefined : bodyOf(answered);

/** Reads an answer of a feed. A cursor that cannot be read is as good as one that is past its time. */
export const newsOf = (answered: Answered<{ readonly changes: Change[]; readonly next: string }>): News | Gone => {
  if (!answered.ok && ["changes_gone", "cursor_invalid"].includes(answered.problem.code)) {
    return { gone: answered.problem.detail ?? "The cursor is not known any more." };
  }
  const { changes, next } = bodyOf(answered);
  return { changes, next, isFull: changes.length >= amounts.changesMax };
};

/** To end a call is no failure of the service. */
export const unlessAborted = async <T>(signal: AbortSignal, call: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await call();
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
};
