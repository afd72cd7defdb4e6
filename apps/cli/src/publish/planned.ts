import {
  type ApplyOptions,
  applySync,
  applyTemplateSync,
  type PlanOptions,
  planSync,
  planTemplateSync,
  type SyncItem,
  type SyncPlan,
  type SyncReport,
  type SyncResult,
} from "@nofx/sync";
import type { Context } from "../context.ts";

/** What it takes for a service to have what a directory has, and the way to do it. */
export interface Planned {
  readonly kind: "agent" | "template";
  readonly plan: SyncPlan;
  /** Does it for these items of the plan, and for no others. */
  apply(items: readonly SyncItem[]): Promise<readonly SyncResult[]>;
  /** The same as it stands now. */
  again(): Promise<Planned>;
}

/** How one service is asked, and told. */
interface Service<Manifest> {
  readonly plan: (options: PlanOptions) => Promise<SyncPlan<Manifest>>;
  readonly apply: (plan: SyncPlan<Manifest>, options: ApplyOptions) => Promise<SyncReport>;
}

const planWith = async <Manifest>(
  kind: Planned["kind"],
  service: Service<Manifest>,
  options: PlanOptions,
): Promise<Planned> => {
  const plan = await service.plan(options);
  const { signal } = options;
  return {
    kind,
    plan,
    apply: async (items) => {
      const chosen = plan.items.filter((item) => items.includes(item));
      return (await service.apply({ ...plan, items: chosen }, { partial: true, prune: true, signal })).results;
    },
    again: () => planWith(kind, service, options),
  };
};

/** Holds a directory of agents or of templates against its service; nothing is written. */
export const planOf = async (
  context: Context,
  kind: Planned["kind"],
  directory: string,
  given: Omit<PlanOptions, "signal">,
): Promise<Planned> => {
  const options = { ...given, signal: context.signal };
  if (kind === "agent") {
    const client = await context.registry();
    const plan = (asked: PlanOptions) => planSync(client, directory, asked);
    return planWith(kind, { plan, apply: (planned, order) => applySync(client, planned, order) }, options);
  }
  const client = await context.marketplace();
  const plan = (asked: PlanOptions) => planTemplateSync(client, directory, asked);
  return planWith(kind, { plan, apply: (planned, order) => applyTemplateSync(client, planned, order) }, options);
};
