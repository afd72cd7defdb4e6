import { assertLeastPrivilege, type Database, mayAskAnother } from "@nofx/db-kit";
import type { Service } from "@nofx/service-kit";
import type { TrackEnv } from "./env.ts";
import type { TrackDeps } from "./track-deps.ts";

/** A running service. */
export interface Running<Deps> {
  readonly service: Service;
  readonly deps: Deps;
  readonly url: string;
  /** Stops accepting, lets requests finish, closes connections. */
  stop(): Promise<void>;
}

/** What starting needs of a service's `Deps`. */
interface Startable extends Pick<TrackDeps<never>, "log" | "close"> {
  readonly db: Pick<Database<never>, "pool" | "replica">;
  readonly env: Pick<TrackEnv, "HOST" | "PORT">;
}

export interface ServiceParts<Deps> {
  readonly deps: Deps;
  readonly buildApp: (deps: Deps) => Promise<Service>;
  /** What must have happened in the database before the first request. */
  readonly prepare?: (deps: Deps) => Promise<void>;
}

/** A replica that is away is looked at when it is there. */
const assertLeastPrivileges = async ({ db, log }: Pick<Startable, "db" | "log">): Promise<void> => {
  await assertLeastPrivilege(db);
  if (!db.replica) return;
  await assertLeastPrivilege(db.replica).catch((err: unknown) => {
    if (!mayAskAnother(err)) throw err;
    log.warn({ err }, "read replica");
  });
};

/** Starts a service: refuses a database role that may do too much, then listens. If that fails, nothing stays open. */
export const startService = async <Deps extends Startable>({
  deps,
  buildApp,
  prepare,
}: ServiceParts<Deps>): Promise<Running<Deps>> => {
  const { env, log } = deps;
  try {
    await assertLeastPrivileges(deps);
    await prepare?.(deps);
    const service = await buildApp(deps);
    const url = await service.fastify.listen({ host: env.HOST, port: env.PORT });
    log.info({ url }, "listening");
    const stop = async (): Promise<void> => {
      await service.fastify.close();
      await deps.close();
    };
    return { service, deps, url, stop };
  } catch (error) {
    await deps.close();
    throw error;
  }
};
