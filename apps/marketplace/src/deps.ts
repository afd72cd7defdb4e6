import { openTrack, type TrackDeps } from "@nofx/track-kit";
import type { Runner } from "./builder/runner.ts";
import type { DB } from "./db/schema.gen.ts";
import type { MarketplaceEnv } from "./env.ts";
import { introspecting } from "./identity/introspection.ts";
import { marketplaceTrack } from "./track.ts";

/** Everything the service works with. */
export interface Deps extends TrackDeps<DB, MarketplaceEnv> {
  /** Undefined: prompts are compiled, and not run. */
  readonly runner: Runner | undefined;
}

const registryTimeoutMs = 5_000;

const runnerOf = ({ RUNNER_URL, RUNNER_TOKEN, RUNNER_TIMEOUT_MS }: MarketplaceEnv): Runner | undefined =>
  RUNNER_URL === undefined ? undefined : { baseUrl: RUNNER_URL, token: RUNNER_TOKEN, timeoutMs: RUNNER_TIMEOUT_MS };

/** Puts the service's parts together and starts what runs beside requests. */
export const createDeps = (
  env: MarketplaceEnv,
  overrides: { readonly now?: () => Date; readonly log?: Deps["log"]; readonly fetchRegistry?: typeof fetch } = {},
): Deps => {
  const registry = { baseUrl: env.REGISTRY_URL, token: env.REGISTRY_TOKEN, timeoutMs: registryTimeoutMs };
  const track = openTrack<DB, MarketplaceEnv>({
    track: marketplaceTrack,
    env,
    log: overrides.log,
    now: overrides.now,
    authenticate: ({ log }) => introspecting({ ...registry, fetch: overrides.fetchRegistry }, log),
  });
  return { ...track, runner: runnerOf(env) };
};
