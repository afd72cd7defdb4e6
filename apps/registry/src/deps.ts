import {
  type Database,
  type Feed,
  type FeedNotice,
  feedSignal,
  openDatabase,
  startDrain,
  startListener,
  startSealing,
  startSequencer,
} from "@nofx/db-kit";
import {
  type CachedAuthenticator,
  cachedAuthenticator,
  createLogger,
  firstOf,
  jwtVerifier,
  oidcAuthenticator,
  type ResolveHost,
  type ResponseCache,
  responseCache,
  systemResolver,
} from "@nofx/service-kit";
import type { DB } from "./db/schema.gen.ts";
import type { RegistryEnv } from "./env.ts";
import { keepHouse } from "./housekeeping.ts";
import { bootstrapAuthenticator } from "./tokens/bootstrap.ts";
import { findActor } from "./tokens/token.store.ts";
import type { WorkloadIssuer } from "./trusted-publishers/workload-issuer.ts";
import { startWebhooks, type Webhooks } from "./webhooks/webhook-worker.ts";

/** Everything the service works with. */
export interface Deps {
  readonly env: RegistryEnv;
  readonly db: Database<DB>;
  readonly now: () => Date;
  readonly log: ReturnType<typeof createLogger>;
  readonly authenticate: CachedAuthenticator;
  /** Checks identity tokens of CI workloads. */
  readonly verifyWorkload: ReturnType<typeof workloadVerifier>;
  readonly answers: ResponseCache;
  readonly feed: Feed<DB>;
  readonly webhooks: Webhooks;
  close(): Promise<void>;
}

/** Name of the schema that this service owns. */
const schema = "registry";
const tokenMemoryMs = 30_000;
const housekeepingMs = 10 * 60_000;

/** Identity tokens live minutes; GitLab's as long as the job. */
const workloadAgeSecondsMax = 24 * 60 * 60;

const workloadVerifier = ({ WORKLOAD_ISSUERS, WORKLOAD_AUDIENCE }: RegistryEnv, now: () => Date) =>
  jwtVerifier<WorkloadIssuer & { readonly audience: string }>(
    WORKLOAD_ISSUERS.map((issuer) => ({ ...issuer, audience: WORKLOAD_AUDIENCE })),
    { now, requiredClaims: ["sub"], ageSecondsMax: workloadAgeSecondsMax },
  );

/** Puts the service's parts together and starts what runs beside requests: sequencer, sealing, listener, housekeeping. */
export const createDeps = (
  env: RegistryEnv,
  overrides: { readonly now?: () => Date; readonly log?: Deps["log"]; readonly resolve?: ResolveHost } = {},
): Deps => {
  const log = overrides.log ?? createLogger(schema, env.LOG_LEVEL, env.LOG_FILE);
  const now = overrides.now ?? (() => new Date());
  const onError = (err: Error): void => log.warn({ err }, "database connection");
  const db = openDatabase<DB>({
    url: env.DATABASE_URL,
    applicationName: schema,
    connectionsMax: env.DATABASE_CONNECTIONS_MAX,
    onIdleError: onError,
  });
  const authenticate = cachedAuthenticator(
    firstOf(
      bootstrapAuthenticator(env.BOOTSTRAP_TOKEN),
      (token) => findActor(db, token, now()),
      oidcAuthenticator(env.OIDC_ISSUERS, now),
    ),
    { ttlMs: tokenMemoryMs, now: () => now().getTime() },
  );
  const answers = responseCache({ bytesMax: 64 * 1024 * 1024, ttlMs: 30_000 });
  const feed: Feed<DB> = { db, signal: feedSignal() };
  const onChanges = (changes: FeedNotice["changes"]): void => {
    answers.drop(changes);
    if (changes === null || changes.some(({ type }) => type === "token.revoked")) authenticate.forget();
  };
  db.committed.add(onChanges);
  const resolve = overrides.resolve ?? systemResolver(env.WEBHOOK_ALLOW);
  const webhooks = startWebhooks(
    { db, now },
    { key: env.WEBHOOK_KEY, targets: { allow: env.WEBHOOK_ALLOW, resolve }, onError },
  );
  const sequencer = startSequencer(db, { schema, pollMs: 500, onError });
  const sealing = startSealing(db, { schema, pollMs: 500, onError });
  const listener = startListener({
    url: env.DATABASE_URL,
    schema,
    applicationName: schema,
    onNotice: ({ changes }) => {
      onChanges(changes);
      feed.signal.signal(changes);
      webhooks.changed(changes);
    },
    onReconnect: () => {
      onChanges(null);
      feed.signal.signal(null);
      webhooks.changed(null);
    },
    onError,
  });
  const housekeeping = startDrain(() => keepHouse({ db, env, now }), { pollMs: housekeepingMs, onError });
  return {
    env,
    db,
    now,
    log,
    authenticate,
    verifyWorkload: workloadVerifier(env, now),
    answers,
    feed,
    webhooks,
    close: async () => {
      await Promise.all([housekeeping.stop(), sequencer.stop(), sealing.stop(), listener.stop(), webhooks.close()]);
      await db.close();
      log.flush();
    },
  };
};
