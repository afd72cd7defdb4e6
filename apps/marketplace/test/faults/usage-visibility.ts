import { createClient, unwrap } from "@nofx/client";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { behind, usageWorld } from "../usage.ts";
import { reportOfRun, runOf } from "./generated-runs.ts";
import { startServiceProcess } from "./service-process.ts";

export interface Visibility {
  readonly probes: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** What the writers reported meanwhile. */
  readonly reportsPerSecond: number;
}

/** Reports single runs beside writers of batches, and watches how long after the answer each is counted. */
export const watchVisibility = async (order: {
  readonly seconds: number;
  readonly writers: number;
  readonly batch: number;
}): Promise<Visibility> => {
  const world = await usageWorld();
  await world.deps.usage.stop();
  const watcher = await behind(world);
  const process = await startServiceProcess({ DATABASE_URL: world.database.url, ...(await world.registryEnv()) });
  const { token } = world.alice;
  const client = createClient(marketplaceContract, { baseUrl: process.baseUrl, token, timeoutMs: 30_000, retries: 0 });
  try {
    const end = Date.now();
    const until = end + order.seconds * 1000;
    let next = 0;
    const write = async (): Promise<void> => {
      while (Date.now() < until) {
        const executions = Array.from({ length: order.batch }, () => {
          next += 1;
          return {
            ...reportOfRun(next, runOf(next, end)),
            templateId: "release-notes",
            version: "1.0.0",
            sample: false,
          };
        });
        await unwrap(client.recordExecutions({ body: { executions } }));
      }
    };
    const latenciesMs: number[] = [];
    const probe = async (): Promise<void> => {
      const text =
        "SELECT coalesce(sum(succeeded), 0)::int AS n FROM marketplace.template_days WHERE template_id = 'hidden'";
      const counted = async () => (await watcher.query<{ n: number }>(text)).rows[0]?.n ?? 0;
      const body = { version: "1.0.0", outcome: "succeeded", durationMs: 1 } as const;
      while (Date.now() < until) {
        const runId = `probe-${latenciesMs.length}`;
        await unwrap(client.recordExecution({ templateId: "hidden", body: { ...body, runId } }));
        const answeredAt = performance.now();
        while ((await counted()) <= latenciesMs.length);
        latenciesMs.push(performance.now() - answeredAt);
      }
    };
    await Promise.all([...Array.from({ length: order.writers }, write), probe()]);
    const sorted = latenciesMs.toSorted((a, b) => a - b);
    const at = (part: number) => Math.round(sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN);
    return {
      probes: sorted.length,
      p50Ms: at(0.5),
      p99Ms: at(0.99),
      reportsPerSecond: Math.round(next / order.seconds),
    };
  } finally {
    await process.stop();
  }
};
