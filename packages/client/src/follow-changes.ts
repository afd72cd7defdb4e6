import type { Change, Problem } from "@nofx/contract-kit";
import type { CallOptions, CodedProblem } from "./call.ts";
import { ProblemError } from "./problem-error.ts";
import { withRetries } from "./retry.ts";

type FeedAnswer =
  | {
      readonly ok: true;
      readonly status: number;
      readonly body: { readonly changes: readonly Change[]; readonly next: string };
      readonly headers: Headers;
    }
  | { readonly ok: false; readonly status: number; readonly problem: Problem; readonly headers: Headers };

/** A client's call that reads a change feed. */
export type FeedCall = (
  input: { after?: string; from?: "start" | "oldest" | "now"; limit?: number; wait?: number },
  options?: CallOptions,
) => Promise<FeedAnswer>;

/** From where, how, and how long a feed is followed. */
export interface FollowOptions {
  /** Where to go on: a change's `cursor`, or the `cursor` of an earlier following. */
  readonly after?: string | undefined;
  /** Where to begin without `after`; default `start`. */
  readonly from?: "start" | "oldest" | "now";
  /** Changes per answer. */
  readonly limit?: number;
  /** Seconds that the service may wait for a change before it answers that there is none; default 25. */
  readonly wait?: number;
  /** Ends the following, without an error. */
  readonly signal?: AbortSignal;
  /** So long the service may be away in one piece; then its last failure is thrown. Default 5 minutes. */
  readonly outageMsMax?: number;
}

/** A feed as it comes, and how far it has been used up. */
export interface Following extends AsyncIterable<Change, void, undefined> {
  /** Keep it, and go on from it with `after`: everything before has been handled. Undefined before the first answer. */
  readonly cursor: string | undefined;
}

/** The feed cannot go on from the cursor: changes would be missed. Read everything anew, then follow from now. */
export class ChangesGoneError extends ProblemError<"changes_gone"> {
  constructor(problem: CodedProblem<"changes_gone">) {
    super(problem);
    this.name = "ChangesGoneError";
  }
}

const isGone = (problem: Problem): problem is CodedProblem<"changes_gone"> => problem.code === "changes_gone";

const defaultWaitSeconds = 25;
/** What an answer may take beyond the time that it was allowed to wait. */
const answerMs = 15_000;
const defaultOutageMs = 300_000;

/** What comes behind the cursor, however long the service is away. */
const poll = async (list: FeedCall, cursor: string | undefined, options: FollowOptions) => {
  const { from, limit, wait = defaultWaitSeconds, signal, outageMsMax: totalMs = defaultOutageMs } = options;
  const place = cursor === undefined ? { ...(from && { from }) } : { after: cursor };
  const input = { ...place, wait, ...(limit !== undefined && { limit }) };
  const timeoutMs = wait * 1000 + answerMs;
  const ask = () => list(input, { retries: 0, timeoutMs, ...(signal && { signal }) });
  const answer = await withRetries(ask, { retries: Number.POSITIVE_INFINITY, totalMs, signal });
  if (answer.ok) return answer.body;
  throw isGone(answer.problem) ? new ChangesGoneError(answer.problem) : new ProblemError(answer.problem);
};

async function* follow(list: FeedCall, options: FollowOptions, place: { cursor: string | undefined }) {
  const { signal } = options;
  while (!signal?.aborted) {
    const page = await poll(list, place.cursor, options).catch((error: unknown) => {
      if (!signal?.aborted) throw error;
    });
    if (!page) return;
    for (const change of page.changes) {
      if (signal?.aborted) return;
      yield change;
      place.cursor = change.cursor;
    }
    place.cursor = page.next;
  }
}

/**
 * Follows a change feed for ever: `for await (const change of followChanges(client.listChanges, { after }))`. Waits at the
 * service for what comes, goes on after it was away, and never gives a change twice or leaves one out.
 * @throws ChangesGoneError if some would be left out, ProblemError for what the service refuses
 */
export const followChanges = (list: FeedCall, options: FollowOptions = {}): Following => {
  const place = { cursor: options.after };
  return {
    get cursor() {
      return place.cursor;
    },
    [Symbol.asyncIterator]: () => follow(list, options, place),
  };
};
