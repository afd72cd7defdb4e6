import { cpuFor, idleOf, parts, untilQuiet } from "./capacity-cpu.ts";
import { fill, type Load } from "./capacity-load.ts";
import { operationsOf } from "./capacity-operations.ts";
import { type Cost, costTable, sizeTable, versionTable } from "./capacity-report.ts";
import { sizesOf } from "./capacity-sizes.ts";
import { startCapacityStage } from "./capacity-stage.ts";
import { shippedManifests } from "./content.ts";

export interface CapacityPlan extends Load {
  /** Part of the full number of requests. */
  readonly scale: number;
  readonly idleSeconds: number;
  /** How long nothing may happen before it counts as over; 0: nothing is waited for. */
  readonly quietSeconds: number;
}

/** Publishes a load, and tells what it takes: bytes, then CPU time of requests. Neither depends on how busy the machine is. */
export const measureCapacity = async (
  plan: CapacityPlan,
  tell: (text: string) => void,
  signal: AbortSignal,
): Promise<void> => {
  await using stack = new AsyncDisposableStack();
  const stage = await startCapacityStage(stack);
  const manifests = await shippedManifests();
  const loaded = await fill(stage, manifests, plan, signal);
  await untilQuiet(stage.processes, plan.quietSeconds, signal);
  const sizes = await sizesOf(stage.adminUrl);
  tell(`${sizeTable(sizes)}\n`);
  tell(`${versionTable(sizes, (loaded.agents.length + loaded.templates.length) * loaded.versions.length)}\n`);
  const idle = await idleOf(stage.processes, plan.idleSeconds);
  tell(`Idle, ms of CPU a second: ${parts.map((part) => `${part} ${idle[part].toFixed(0)}`).join(", ")}\n`);
  const costs: Cost[] = [];
  for (const { name, requests, units, work } of operationsOf(stage, loaded, manifests, plan.scale, signal)) {
    costs.push({ name, requests, units, cpu: await cpuFor(stage.processes, idle, work, plan.quietSeconds, signal) });
  }
  tell(`${costTable(costs)}\n`);
  const reports = /^marketplace\.(template_(events|runs|rollups|days)|agent_usage_days)$/;
  tell(sizeTable((await sizesOf(stage.adminUrl)).filter(({ table }) => reports.test(table))));
};
