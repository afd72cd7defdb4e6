import { setMaxListeners } from "node:events";
import { Pool } from "undici";
import { type Manifest, shippedManifests } from "./content.ts";
import { type DirectWriter, openDirectWriter } from "./direct.ts";
import type { Measurement } from "./measure.ts";
import { measurementOf, type Round } from "./rounds.ts";
import type { Target } from "./subjects.ts";

/** How much is published, by how many at once. Rounds alternate between the service and the database itself. */
export interface PublishPlan {
  readonly rounds: number;
  readonly agentsPerRound: number;
  readonly versions: number;
  readonly connections: number;
}

/** One agent's versions, in the order in which they are published. */
export type Series = readonly Manifest[];

/** Agents like the shipped ones, without files: the same number of statements on either side. */
const seriesOf = (manifests: readonly Manifest[], round: string, plan: PublishPlan): Series[] =>
  Array.from({ length: plan.agentsPerRound }, (_, index) => {
    const { files: _files, ...manifest } = manifests[index % manifests.length] as Manifest;
    return Array.from({ length: plan.versions }, (_value, minor) => ({
      ...manifest,
      agentId: `${manifest.agentId}-${round}-${index}`,
      version: `1.${minor}.0`,
      description: `${manifest.description} This is version 1.${minor}.0.`,
    }));
  });

/** Publishes every series, versions one after the other, agents side by side. */
const run = async <T>(
  series: readonly (readonly T[])[],
  connections: number,
  publishOne: (item: T) => Promise<boolean>,
  signal: AbortSignal,
): Promise<Round> => {
  const latenciesMs: number[] = [];
  let refused = 0;
  const queue = series.values();
  const work = async (): Promise<void> => {
    for (const versions of queue) {
      for (const item of versions) {
        signal.throwIfAborted();
        const startedAt = performance.now();
        if (!(await publishOne(item))) refused += 1;
        latenciesMs.push(performance.now() - startedAt);
      }
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: connections }, work));
  return { perSecond: (latenciesMs.length * 1000) / (performance.now() - startedAt), latenciesMs, refused };
};

const throughService = async (
  pool: Pool,
  target: Target,
  series: readonly Series[],
  plan: PublishPlan,
  signal: AbortSignal,
) => {
  const bodies = series.map((versions) => versions.map((manifest) => JSON.stringify(manifest)));
  const headers = { ...target.headers, "content-type": "application/json" };
  const publishOne = async (body: string): Promise<boolean> => {
    const answer = await pool.request({ method: "POST", path: "/api/agents/publish", headers, body });
    await answer.body.dump();
    return answer.statusCode === 201;
  };
  return await run(bodies, plan.connections, publishOne, signal);
};

const throughDatabase = async (
  writer: DirectWriter,
  series: readonly Series[],
  plan: PublishPlan,
  signal: AbortSignal,
) => {
  const prepared = series.map((versions) => versions.map(writer.prepare));
  return await run(prepared, plan.connections, writer.write, signal);
};

/**
 * Publishes through HTTP and, in turn, writes the same rows in five statements through node-postgres, both into the
 * same database: the rate of the one as a part of the other.
 */
export const comparePublishing = async (
  target: Target,
  databaseUrl: string,
  plan: PublishPlan,
  signal: AbortSignal,
): Promise<Measurement> => {
  setMaxListeners(0, signal);
  const manifests = await shippedManifests();
  const pool = new Pool(target.url, { connections: plan.connections, pipelining: 1 });
  await using writer = await openDirectWriter(databaseUrl, plan.connections);
  const rounds: { readonly service: Round; readonly bare: Round }[] = [];
  try {
    while (rounds.length < plan.rounds) {
      const series = seriesOf(manifests, `round${rounds.length}`, plan);
      rounds.push({
        service: await throughService(pool, target, series, plan, signal),
        bare: await throughDatabase(writer, series, plan, signal),
      });
    }
  } finally {
    await pool.destroy();
  }
  return measurementOf(rounds);
};
