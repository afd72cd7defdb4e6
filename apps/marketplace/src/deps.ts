import { openTrack, type TrackDeps } from "@nofx/track-kit";
import { type AgentRegistry, agentRegistry } from "./agents/agent-candidates.ts";
import { type Analytics, startAnalytics } from "./analytics/upkeep.ts";
import type { Runner } from "./builder/runner.ts";
import type { DB } from "./db/schema.gen.ts";
import type { MarketplaceEnv } from "./env.ts";
import { keepHouse } from "./housekeeping.ts";
import { introspecting } from "./identity/introspection.ts";
import { startTellingFigures } from "./records/tell-figures.ts";
import { marketplaceTrack } from "./track.ts";
import { startUsage, type Usage } from "./usage/usage.ts";

/** Everything the service works with. */
export interface Deps extends TrackDeps<DB, MarketplaceEnv> {
  /** Undefined: prompts are compiled, and not run. */
  readonly runner: Runner | undefined;
  readonly agents: AgentRegistry;
  readonly usage: Usage;
  readonly analytics: Analytics;
}

const registryTimeoutMs = 5_000;

const runnerOf = ({ RUNNER_URL, RUNNER_TOKEN, RUNNER_TIMEOUT_MS }: MarketplaceEnv): Runner | undefined =>
  RUNNER_URL === undefined ? undefined : { baseUrl: RUNNER_URL, token: RUNNER_TOKEN, timeoutMs: RUNNER_TIMEOUT_MS };

/** Puts the service's parts together and starts what runs beside requests. */
export const createDeps = (
  env: MarketplaceEnv,
  overrides: { readonly now?: () => Date; readonly log?: Deps["log"]; readonly fetchRegistry?: typeof fetch } = {},
): Deps => {
  const { REGISTRY_URL: baseUrl, REGISTRY_TOKEN: token } = env;
  const registry = { baseUrl, token, timeoutMs: registryTimeoutMs, fetch: overrides.fetchRegistry };
  const track = openTrack<DB, MarketplaceEnv>({
    track: marketplaceTrack,
    env,
    readUrl: env.DATABASE_READ_URL,
    log: overrides.log,
    now: overrides.now,
    authenticate: ({ log }) => introspecting(registry, log),
    housekeeping: keepHouse,
  });
  const usage = startUsage(track.db, track);
  const analytics = startAnalytics(track.db, track);
  const figures = startTellingFigures(track);
  return {
    ...track,
    runner: runnerOf(env),
    agents: agentRegistry(registry, track.log),
    usage,
    analytics,
    close: async () => {
      await Promise.all([usage.stop(), analytics.stop(), figures.stop()]);
      await track.close();
    },
  };
};
