import type { Database, Feed, FeedNotice } from "@nofx/db-kit";
import type { CachedAuthenticator, createLogger, ResponseCache } from "@nofx/service-kit";
import type { TrackEnv } from "./env.ts";
import type { ServiceTrack } from "./track.ts";

/** What happened to whom; `null`: too much to name, take it as everything to everybody. */
export type Changes = FeedNotice["changes"];

/** What every service works with, whatever it is about. */
export interface TrackDeps<DB, Env extends TrackEnv = TrackEnv> {
  readonly track: ServiceTrack;
  readonly env: Env;
  readonly db: Database<DB>;
  readonly now: () => Date;
  readonly log: ReturnType<typeof createLogger>;
  readonly authenticate: CachedAuthenticator;
  readonly answers: ResponseCache;
  readonly feed: Feed<DB>;
  /** Called when the feed has grown, here or by another process's doing. */
  readonly announced: Set<(changes: Changes) => void>;
  /** Takes what fails beside requests; whoever works there tries again. */
  readonly onError: (error: Error) => void;
  /** Ends what runs beside requests, then the database's connections. */
  close(): Promise<void>;
}
