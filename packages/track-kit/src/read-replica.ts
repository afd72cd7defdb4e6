import type { Database, ReadOutcome } from "@nofx/db-kit";
import type { Check, Service } from "@nofx/service-kit";

type Replicated = Pick<Database<never>, "replica">;

/** Tells how the read replica stands, if there is one. No obstacle: the primary answers in its place. */
export const replicaChecks = ({ replica }: Replicated): Readonly<Record<string, Check>> => {
  if (!replica) return {};
  const check = async () => {
    const { refusal, reason, lagMs } = await replica.standing();
    return {
      answers: refusal ? "primary" : "replica",
      ...(reason !== undefined && { reason }),
      ...(lagMs !== undefined && { lagSeconds: (lagMs / 1000).toFixed(1) }),
    };
  };
  return { replica: check };
};

const none: ReadonlyMap<ReadOutcome, number> = new Map([
  ["replica", 0],
  ["behind", 0],
  ["away", 0],
  ["failed", 0],
]);

/** Tells among the metrics who answers what a replica may answer, and how far that one is behind. */
export const watchReads = ({ metrics }: Pick<Service, "metrics">, { replica }: Replicated): void => {
  metrics.counter(
    "nofx_replica_reads_total",
    "Reads that a read replica may answer, by whether it did, or why the primary did",
    "outcome",
    () => replica?.outcomes ?? none,
  );
  metrics.gauge(
    "nofx_replica_lag_seconds",
    "How much of what was written the read replica may lack",
    async () => ((await replica?.standing())?.lagMs ?? Number.NaN) / 1000,
  );
};
