import type { Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { findSecondsBehind } from "./usage-source.store.ts";

/** Tells among the metrics how old the copy is that the registry keeps of how agents are used. */
export const watchUsage = ({ metrics }: Pick<Service, "metrics">, { db }: Pick<Deps, "db">): void =>
  metrics.gauge(
    "nofx_agent_usage_behind_seconds",
    "Time since everything was read that the marketplace had told of the use of agents",
    // Metrics are wanted most when the database is away.
    async () => (await findSecondsBehind(db).catch(() => undefined)) ?? Number.NaN,
  );
