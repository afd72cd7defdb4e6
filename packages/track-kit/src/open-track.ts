import {
  type Feed,
  feedSignal,
  openDatabase,
  startDrain,
  startListener,
  startSealing,
  startSequencer,
} from "@nofx/db-kit";
import { type Authenticator, cachedAuthenticator, createLogger, responseCache } from "@nofx/service-kit";
import type { TrackEnv } from "./env.ts";
import { keepTrackHouse } from "./housekeeping.ts";
import type { ServiceTrack } from "./track.ts";
import type { Changes, TrackDeps } from "./track-deps.ts";

const identityMemoryMs = 30_000;
const housekeepingMs = 10 * 60_000;
const pollMs = 500;
const answersOptions = { bytesMax: 64 * 1024 * 1024, ttlMs: 30_000 };

export interface TrackOptions<DB, Env extends TrackEnv> {
  readonly track: ServiceTrack;
  readonly env: Env;
  /** Of a replica, for services some of whose reads may be a moment old. */
  readonly readUrl?: string | undefined;
  readonly now?: (() => Date) | undefined;
  readonly log?: TrackDeps<DB>["log"] | undefined;
  /** Makes what finds out whose token it is. Its verdicts are remembered for 30 seconds, what it throws is not. */
  readonly authenticate: (parts: Pick<TrackDeps<DB, Env>, "db" | "log" | "now">) => Authenticator;
  /** Called, when the caches were told, with what was committed here and with what is new in the feed. */
  readonly onChanges?: (changes: Changes, deps: TrackDeps<DB, Env>) => void;
  /** Deletes a batch of what has served its time; gives how many rows. Default: `keepTrackHouse`. */
  readonly housekeeping?: (deps: TrackDeps<DB, Env>) => Promise<number>;
}

/** What runs beside requests, from here until it is stopped. */
const startBackground = <DB, Env extends TrackEnv>(
  deps: TrackDeps<DB, Env>,
  outdated: (changes: Changes) => void,
  housekeeping: (deps: TrackDeps<DB, Env>) => Promise<number>,
): { stop(): Promise<void> } => {
  const { db, onError } = deps;
  const { schema } = deps.track;
  const announce = (changes: Changes): void => {
    outdated(changes);
    for (const listener of deps.announced) listener(changes);
  };
  const running = [
    startSequencer(db, { schema, pollMs, onError }),
    startSealing(db, { schema, pollMs, onError }),
    startListener({
      url: db.listenUrl,
      schema,
      applicationName: schema,
      onNotice: ({ changes }) => announce(changes),
      onReconnect: () => announce(null),
      onError,
    }),
    startDrain(() => housekeeping(deps), { pollMs: housekeepingMs, onError }),
  ];
  return { stop: async () => void (await Promise.all(running.map((each) => each.stop()))) };
};

/** Opens a service's database and starts what runs beside requests: sequencer, sealing, listener, housekeeping. */
export const openTrack = <DB, Env extends TrackEnv>(options: TrackOptions<DB, Env>): TrackDeps<DB, Env> => {
  const { track, env, now = () => new Date(), housekeeping = keepTrackHouse } = options;
  const log = options.log ?? createLogger(track.schema, env.LOG_LEVEL, env.LOG_FILE);
  const onError = (err: Error): void => log.warn({ err }, "database connection");
  const db = openDatabase<DB>({
    url: env.DATABASE_URL,
    listenUrl: env.DATABASE_LISTEN_URL,
    readUrl: options.readUrl,
    applicationName: track.schema,
    connectionsMax: env.DATABASE_CONNECTIONS_MAX,
    onIdleError: onError,
  });
  const feed: Feed<DB> = { db, signal: feedSignal() };
  const deps: TrackDeps<DB, Env> = {
    track,
    env,
    db,
    now,
    log,
    authenticate: cachedAuthenticator(options.authenticate({ db, log, now }), {
      ttlMs: identityMemoryMs,
      now: () => now().getTime(),
    }),
    answers: responseCache(answersOptions),
    feed,
    announced: new Set([feed.signal.signal]),
    onError,
    close: async () => {
      await background.stop();
      await db.close();
      log.flush();
    },
  };
  const outdated = (changes: Changes): void => {
    deps.answers.drop(changes);
    options.onChanges?.(changes, deps);
  };
  // Before the sequencer: caches know of a change before its place in the feed is looked for.
  db.committed.add(outdated);
  const background = startBackground(deps, outdated, housekeeping);
  return deps;
};
