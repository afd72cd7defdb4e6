import { createClient } from "@nofx/client";
import { registryContract } from "@nofx/contract-registry";
import { introspectingAuthenticator, openTrack, type TrackDeps } from "@nofx/track-kit";
import type { DB } from "./db/schema.gen.ts";
import type { SearchEnv } from "./env.ts";
import { searchTrack } from "./track.ts";

/** Everything the service works with. */
export interface Deps extends TrackDeps<DB, SearchEnv> {}

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
  return openTrack<DB, SearchEnv>({
    track: searchTrack,
    env,
    log: overrides.log,
    now: overrides.now,
    authenticate: ({ log }) =>
      introspectingAuthenticator((given) => registry.introspectToken({ body: { token: given } }), log),
  });
};
