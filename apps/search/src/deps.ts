import { createClient } from "@nofx/client";
import { registryContract } from "@nofx/contract-registry";
import { introspectingAuthenticator, openTrack, type TrackDeps } from "@nofx/track-kit";
import type { DB } from "./db/schema.gen.ts";
import type { SearchEnv } from "./env.ts";
import { type Index, indexHandle } from "./indexing/index-handle.ts";
import { listenForNotices, type Noticed } from "./indexing/notices.ts";
import { searchTrack } from "./track.ts";

/** Everything the service works with. */
export interface Deps extends TrackDeps<DB, SearchEnv> {
  /** How far the index has come. */
  readonly index: Index;
}

const timeoutMs = 5_000;

/** How the other services are reached, where that is not over a socket. */
export interface Transports {
  readonly registry?: typeof fetch | undefined;
  readonly marketplace?: typeof fetch | undefined;
}

/** Puts the service's parts together and starts what runs beside requests. */
export const createDeps = (
  env: SearchEnv,
  overrides: { readonly now?: () => Date; readonly log?: Deps["log"]; readonly transports?: Transports } = {},
): Deps => {
  const { SERVICE_TOKEN: token } = env;
  const { registry: fetchRegistry } = overrides.transports ?? {};
  const registry = createClient(registryContract, {
    baseUrl: env.REGISTRY_URL,
    token,
    timeoutMs,
    ...(fetchRegistry && { fetch: fetchRegistry }),
  });
  const track = openTrack<DB, SearchEnv>({
    track: searchTrack,
    env,
    log: overrides.log,
    now: overrides.now,
    authenticate: ({ log }) =>
      introspectingAuthenticator((given) => registry.introspectToken({ body: { token: given } }), log),
  });
  const noticed: Noticed = new Set();
  const index = indexHandle(track.db, noticed);
  const notices = listenForNotices({ url: env.DATABASE_URL, onError: track.onError }, noticed);
  return {
    ...track,
    index,
    close: async () => {
      await notices.stop();
      await track.close();
    },
  };
};
