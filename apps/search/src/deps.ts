import { randomUUID } from "node:crypto";
import { createClient } from "@nofx/client";
import { registryContract } from "@nofx/contract-registry";
import { introspectingAuthenticator, openTrack, type TrackDeps } from "@nofx/track-kit";
import type { DB } from "./db/schema.gen.ts";
import { openEngine } from "./engines/open-engine.ts";
import type { SearchEnv } from "./env.ts";
import { keepHouse } from "./housekeeping.ts";
import { type Index, indexHandle } from "./indexing/index-handle.ts";
import type { Engine } from "./indexing/indexing-deps.ts";
import { type Keeping, keepIndex } from "./indexing/keep-index.ts";
import { marketplaceSource } from "./indexing/marketplace-source.ts";
import { listenForNotices, type Noticed } from "./indexing/notices.ts";
import { registrySource } from "./indexing/registry-source.ts";
import { searchTrack } from "./track.ts";

/** Everything the service works with. */
export interface Deps extends TrackDeps<DB, SearchEnv> {
  /** Keeps the documents and finds them. */
  readonly engine: Engine;
  /** How far the index has come. */
  readonly index: Index;
  /** What keeps it up in this process. */
  readonly keeping: Keeping;
}

const timeoutMs = 5_000;

/** How the other services are reached, where that is not over a socket. */
export interface Transports {
  readonly registry?: typeof fetch | undefined;
  readonly marketplace?: typeof fetch | undefined;
}

interface Access {
  readonly baseUrl: string;
  readonly token: string;
  readonly fetch?: typeof fetch;
}

const accessTo = (
  { REGISTRY_URL, MARKETPLACE_URL, SERVICE_TOKEN: token }: SearchEnv,
  { registry, marketplace }: Transports,
): { readonly registry: Access; readonly marketplace: Access } => ({
  registry: { baseUrl: REGISTRY_URL, token, ...(registry && { fetch: registry }) },
  marketplace: { baseUrl: MARKETPLACE_URL, token, ...(marketplace && { fetch: marketplace }) },
});

/** Puts the service's parts together and starts what runs beside requests. */
export const createDeps = (
  env: SearchEnv,
  overrides: { readonly now?: () => Date; readonly log?: Deps["log"]; readonly transports?: Transports } = {},
): Deps => {
  const access = accessTo(env, overrides.transports ?? {});
  const registry = createClient(registryContract, { ...access.registry, timeoutMs });
  const track = openTrack<DB, SearchEnv>({
    track: searchTrack,
    env,
    log: overrides.log,
    now: overrides.now,
    authenticate: ({ log }) =>
      introspectingAuthenticator((given) => registry.introspectToken({ body: { token: given } }), log),
    housekeeping: keepHouse,
  });
  const { db, log, now, onError } = track;
  const noticed: Noticed = new Set();
  const { engine, close: closeEngine } = openEngine(env, db, now);
  const index = indexHandle(db, noticed);
  const notices = listenForNotices({ url: env.DATABASE_URL, onError }, noticed);
  const sources = [registrySource(access.registry), marketplaceSource(access.marketplace)];
  const keeping = keepIndex({ db, log, now, engine, noticed, holder: randomUUID() }, sources);
  return {
    ...track,
    engine,
    index,
    keeping,
    close: async () => {
      await keeping.stop();
      await notices.stop();
      await closeEngine();
      await track.close();
    },
  };
};
