import { type Drain, startDrain } from "@nofx/db-kit";
import { isBrokenCircuitError } from "@nofx/track-kit";
import { hasGenerations } from "./has-generations.ts";
import type { IndexingDeps } from "./indexing-deps.ts";
import { holdLease, releaseLease } from "./lease.store.ts";
import type { Notice } from "./notices.ts";
import { readFeed, startFeed } from "./read-feed.ts";
import { readPage } from "./read-listing.ts";
import { readPending } from "./read-pending.ts";
import { errorText } from "./read-records.rules.ts";
import { noteFailure, readSource } from "./source.store.ts";
import type { Source } from "./source.ts";
import type { Following } from "./write-index.ts";

/** After a failure, and while another process follows. */
const pollMs = 1_000;
/** So old what is known of a quiet source gets. */
const waitSeconds = 5;

/** How long one may wait at a feed: not at all before it was read to its end once, or after something else has happened. */
const waits = () => {
  let waiting = new AbortController();
  let isQuiet = false;
  return {
    begin: () => {
      waiting = new AbortController();
      const signal = waiting.signal;
      return { signal, seconds: isQuiet ? waitSeconds : 0 };
    },
    /** The feed was read, and nobody has ended the waiting. */
    done: () => {
      isQuiet = !waiting.signal.aborted;
    },
    /** There is something else to do, or a new start to make. */
    end: () => {
      isQuiet = false;
      waiting.abort();
    },
  };
};
type Waits = ReturnType<typeof waits>;

interface Follower extends Following {
  readonly hasAll: ReturnType<typeof hasGenerations>;
}

/** One step. Gives whether this process follows, and is to go on. */
const followOnce = async (following: Follower, wait: Waits): Promise<boolean> => {
  const { db, lease, source, stopping } = following;
  // Before the state is read: what changes from here on ends the waiting.
  const { signal, seconds } = wait.begin();
  if (!(await holdLease(db, lease))) {
    wait.end();
    return false;
  }
  const state = await readSource(db, source.name, source.type);
  if (state.kept.length === 0) return false;
  if (!(await following.hasAll(state.kept))) {
    wait.end();
    await releaseLease(db, lease);
    return false;
  }
  if (state.cursor === undefined) return await startFeed(following);
  const isBusy = state.hasPending || state.listing !== undefined;
  const order = { waitSeconds: isBusy ? 0 : seconds, signal: AbortSignal.any([stopping, signal]) };
  if (!(await readFeed(following, state.cursor, order))) return false;
  wait.done();
  if (state.hasPending && !(await readPending(following))) return false;
  return state.listing === undefined || (await readPage(following, state.listing));
};

const isOfInterest = (notice: Notice | undefined): boolean => notice === "generations" || notice === "pending";

/** Keeps the index in step with a source, as long as this process is the one that does. */
export const followSource = (deps: IndexingDeps, source: Source): { stop(): Promise<void> } => {
  const ending = new AbortController();
  const { db, log, holder, noticed } = deps;
  const following = {
    ...deps,
    source,
    lease: { name: source.name, holder },
    stopping: ending.signal,
    hasAll: hasGenerations(deps.engine),
  };
  const wait = waits();
  const failed = (err: Error): void => {
    wait.end();
    // Why it is left alone has been told already.
    if (ending.signal.aborted || isBrokenCircuitError(err)) return;
    log.warn({ err, source: source.name }, "a source cannot be followed");
    noteFailure(db, source.name, errorText(err)).catch((error: Error) => log.warn({ err: error }, "not noted"));
  };
  const drain: Drain = startDrain(async () => ((await followOnce(following, wait)) ? 1 : 0), {
    pollMs,
    onError: failed,
  });
  const changed = (notice: Notice | undefined): void => {
    if (isOfInterest(notice)) wait.end();
    if (isOfInterest(notice) || notice === "released") drain.kick();
  };
  noticed.add(changed);
  return {
    stop: async () => {
      noticed.delete(changed);
      ending.abort();
      await drain.stop();
    },
  };
};
