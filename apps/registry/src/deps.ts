import {
  type Database,
  deleteExpiredKeys,
  type FeedNotice,
  openDatabase,
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
  type ResponseCache,
  responseCache,
} from "@nofx/service-kit";
import { type ChangeSignal, changeSignal } from "./changes/change-signal.ts";
import type { DB } from "./db/schema.gen.ts";
import type { RegistryEnv } from "./env.ts";
import { bootstrapAuthenticator } from "./tokens/bootstrap.ts";
import { findActor } from "./tokens/token.store.ts";
import { deleteEndedWorkloads } from "./trusted-publishers/trusted-publisher.store.ts";
import type { WorkloadIssuer } from "./trusted-publishers/workload-issuer.ts";

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
  readonly changed: ChangeSignal;
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
  overrides: { readonly now?: () => Date; readonly log?: Deps["log"] } = {},
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
  const changed = changeSignal();
  const onChanges = (changes: FeedNotice["changes"]): void => {
    answers.drop(changes);
    if (changes === null || changes.some(({ type }) => type === "token.revoked")) authenticate.forget();
  };
  db.committed.add(onChanges);
  const sequencer = startSequencer(db, { schema, pollMs: 500, onError });
  const sealing = startSealing(db, { schema, pollMs: 500, onError });
  const listener = startListener({
    url: env.DATABASE_URL,
    schema,
    applicationName: schema,
    onNotice: ({ changes }) => {
      onChanges(changes);
      changed.signal();
    },
    onReconnect: () => {
      onChanges(null);
      changed.signal();
    },
    onError,
  });
  const housekeeping = setInterval(() => {
    deleteExpiredKeys(db).catch(onError);
    deleteEndedWorkloads(db).catch(onError);
  }, housekeepingMs);
  return {
    env,
    db,
    now,
    log,
    authenticate,
    verifyWorkload: workloadVerifier(env, now),
    answers,
    changed,
    close: async () => {
      clearInterval(housekeeping);
      await Promise.all([sequencer.stop(), sealing.stop(), listener.stop()]);
      await db.close();
      log.flush();
    },
  };
};
