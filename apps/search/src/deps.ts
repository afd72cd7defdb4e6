import { randomUUID } from "node:crypto";
import { createClient } from "@nofx/client";
import { registryContract } from "@nofx/contract-registry";
import { introspectingAuthenticator, openTrack, type TrackDeps } from "@nofx/track-kit";
import type { DB } from "./db/schema.gen.ts";
import { type Finder, openEngine } from "./engines/open-engine.ts";
import type { SearchEnv } from "./env.ts";
import { keepHouse } from "./housekeeping.ts";
import { type Index, type IndexStanding, indexHandle, indexStanding } from "./indexing/index-handle.ts";
import type { Engine } from "./indexing/indexing-deps.ts";
import { type Keeping, keepIndex } from "./indexing/keep-index.ts";
import { marketplaceSource } from "./indexing/marketplace-source.ts";
import { listenForNotices, type Noticed } from "./indexing/notices.ts";
import { registrySource } from "./indexing/registry-source.ts";
import { type Peers, peersOf, type Transports } from "./peers.ts";
import { type KeptSearches, startKeptSearches } from "./searching/kept-searches.ts";
import { type SearchIds, searchIds } from "./searching/search-id.ts";
import { searchTrack } from "./track.ts";

/** Where what is searched, and how it stands, are of one moment. */
interface RecentIndex {
  readonly engine: Finder;
  readonly index: IndexStanding;
}

/** Everything the service works with. */
export interface Deps extends TrackDeps<DB, SearchEnv> {
  /** Keeps the documents and finds them. */
  readonly engine: Engine;
  /** How far the index has come. */
  readonly index: Index;
  /** The index for whoever asks for no certain change: it may be that of a moment ago. */
  readonly recent: RecentIndex;
  readonly peers: Peers;
  /** What keeps it up in this process. */
  readonly keeping: Keeping;
  /** Searches and clicks on their way to where they are kept. */
  readonly keptSearches: KeptSearches;
  /** Makes and knows the ids of searches. */
  readonly searchIds: SearchIds;
}

/** To learn whose a token is. Who asks how the system is waits no longer, whatever hangs. */
const introspectionMs = 1_500;

/** Puts the service's parts together and starts what runs beside requests. */
export const createDeps = (
  env: SearchEnv,
  overrides: { readonly now?: () => Date; readonly log?: Deps["log"]; readonly transports?: Transports } = {},
): Deps => {
  const peers = peersOf(env, overrides.transports ?? {});
  const registry = createClient(registryContract, { ...peers.registry, timeoutMs: introspectionMs });
  const track = openTrack<DB, SearchEnv>({
    track: searchTrack,
    env,
    readUrl: env.DATABASE_READ_URL,
    log: overrides.log,
    now: overrides.now,
    authenticate: ({ log }) =>
      introspectingAuthenticator((given) => registry.introspectToken({ body: { token: given } }), log),
    housekeeping: keepHouse,
  });
  const { db, log, now, onError } = track;
  const noticed: Noticed = new Set();
  const { engine, recent: recentEngine, close: closeEngine } = openEngine(env, db, now);
  const index = indexHandle(db, noticed);
  const recent = { engine: recentEngine, index: indexStanding(db.reads, noticed) };
  const notices = listenForNotices({ url: db.listenUrl, onError }, noticed);
  const sources = [registrySource(peers.registry), marketplaceSource(peers.marketplace)];
  const keeping = keepIndex({ db, log, now, engine, noticed, holder: randomUUID() }, sources);
  const keptSearches = startKeptSearches(db, { onError });
  return {
    ...track,
    engine,
    index,
    recent,
    peers,
    keeping,
    keptSearches,
    searchIds: searchIds(env.SERVICE_TOKEN),
    close: async () => {
      await keeping.stop();
      await Promise.all([notices.stop(), keptSearches.stop()]);
      await closeEngine();
      await track.close();
    },
  };
};
