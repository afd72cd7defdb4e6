import { firstOf, jwtVerifier, oidcAuthenticator, type ResolveHost, systemResolver } from "@nofx/service-kit";
import { openTrack, type TrackDeps } from "@nofx/track-kit";
import type { DB } from "./db/schema.gen.ts";
import type { RegistryEnv } from "./env.ts";
import { keepHouse } from "./housekeeping.ts";
import { type TemplateMarketplace, templateMarketplace } from "./lifecycle/template-marketplace.ts";
import { startTellingFigures } from "./records/tell-figures.ts";
import { configuredAuthenticator } from "./tokens/configured-tokens.ts";
import { findActor } from "./tokens/token.store.ts";
import { registryTrack } from "./track.ts";
import type { WorkloadIssuer } from "./trusted-publishers/workload-issuer.ts";
import { type UsageFollower, usageFollower } from "./usage/follow-marketplace.ts";
import { startWebhooks, type Webhooks } from "./webhooks/webhook-worker.ts";

/** Everything the service works with. */
export interface Deps extends TrackDeps<DB, RegistryEnv> {
  /** Checks identity tokens of CI workloads. */
  readonly verifyWorkload: ReturnType<typeof workloadVerifier>;
  readonly webhooks: Webhooks;
  /** Undefined: nobody is asked which templates a change concerns. */
  readonly marketplace: TemplateMarketplace | undefined;
  /** Learns from the marketplace how agents are used. */
  readonly usage: UsageFollower;
}

/** Identity tokens live minutes; GitLab's as long as the job. */
const workloadAgeSecondsMax = 24 * 60 * 60;

const workloadVerifier = ({ WORKLOAD_ISSUERS, WORKLOAD_AUDIENCE }: RegistryEnv, now: () => Date) =>
  jwtVerifier<WorkloadIssuer & { readonly audience: string }>(
    WORKLOAD_ISSUERS.map((issuer) => ({ ...issuer, audience: WORKLOAD_AUDIENCE })),
    { now, requiredClaims: ["sub"], ageSecondsMax: workloadAgeSecondsMax },
  );

const marketplaceTimeoutMs = 2_000;

const marketplaceOf = ({ MARKETPLACE_URL: baseUrl }: RegistryEnv, log: Deps["log"]): TemplateMarketplace | undefined =>
  baseUrl === undefined ? undefined : templateMarketplace({ baseUrl, timeoutMs: marketplaceTimeoutMs }, log);

/** Puts the service's parts together and starts what runs beside requests. */
export const createDeps = (
  env: RegistryEnv,
  overrides: { readonly now?: () => Date; readonly log?: Deps["log"]; readonly resolve?: ResolveHost } = {},
): Deps => {
  const track = openTrack<DB, RegistryEnv>({
    track: registryTrack,
    env,
    log: overrides.log,
    now: overrides.now,
    authenticate: ({ db, now }) =>
      firstOf(
        configuredAuthenticator(env),
        (token) => findActor(db, token, now()),
        oidcAuthenticator(env.OIDC_ISSUERS, now),
      ),
    onChanges: (changes, { authenticate }) => {
      if (changes === null || changes.some(({ type }) => type === "token.revoked")) authenticate.forget();
    },
    housekeeping: keepHouse,
  });
  const resolve = overrides.resolve ?? systemResolver(env.WEBHOOK_ALLOW);
  const targets = { allow: env.WEBHOOK_ALLOW, resolve };
  const webhooks = startWebhooks(track, { key: env.WEBHOOK_KEY, targets, onError: track.onError });
  track.announced.add(webhooks.changed);
  const usage = usageFollower(track, { baseUrl: env.MARKETPLACE_URL });
  if (env.MARKETPLACE_TOKEN !== undefined) usage.follow(env.MARKETPLACE_TOKEN);
  const figures = startTellingFigures(track);
  return {
    ...track,
    verifyWorkload: workloadVerifier(env, track.now),
    webhooks,
    marketplace: marketplaceOf(env, track.log),
    usage,
    close: async () => {
      await Promise.all([webhooks.close(), usage.stop(), figures.stop()]);
      await track.close();
    },
  };
};
