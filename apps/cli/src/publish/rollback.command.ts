import { ResourceId, SemVer } from "@nofx/contract-kit";
import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import type { Style } from "../output/style.ts";
import { confirm, mustConfirm } from "./confirm.ts";
import { agentImpact, ImpactTold, templateImpact } from "./impact.ts";
import { asItIs, OwnResource, type ResourceName } from "./own-resource.ts";
import { reason } from "./reason.ts";
import { tellImpact } from "./tell-impact.ts";
import { changeId, write } from "./write.ts";

const input = z.object({
  resource: OwnResource,
  to: z.string({ error: "Say which version is to be current again" }).pipe(SemVer),
  reason,
  dryRun: z.literal(true).optional(),
});

const output = z.object({
  kind: z.enum(["agent", "template"]),
  id: ResourceId,
  dryRun: z.boolean(),
  from: SemVer.meta({ description: "The version that was current" }),
  to: SemVer,
  change: changeId,
  impact: ImpactTold,
});
type Output = z.output<typeof output>;

interface Order {
  readonly resource: ResourceName;
  readonly targetVersion: string;
  readonly reason: string;
  readonly dryRun: boolean;
  /** How it must be when it is changed. */
  readonly guard?: { readonly ifMatch?: string };
}

const rollBack = async (context: Context, { resource, dryRun, guard, ...body }: Order): Promise<Output> => {
  const { kind, id } = resource;
  const query = { dryRun: dryRun ? "true" : "false" } as const;
  if (kind === "agent") {
    const client = await context.registry();
    const { body: done, changed } = await write(client.rollbackAgent({ agentId: id, ...query, body }, guard));
    const { from, to, impact } = done;
    return { kind, id, dryRun, from, to, ...changed, impact: agentImpact(impact) };
  }
  const client = await context.marketplace();
  const { body: done, changed } = await write(client.rollbackTemplate({ templateId: id, ...query, body }, guard));
  const { from, to, impact } = done;
  return { kind, id, dryRun, from, to, ...changed, impact: templateImpact(impact) };
};

const tell = ({ kind, id, dryRun, from, to, change, impact }: Output, style: Style): string => {
  const what = style.bold(`${kind}:${id}`);
  const line = dryRun
    ? `${style.dim("·")} ${what} would go from ${from} back to ${to}. Nothing was written.`
    : `${style.green("✓")} ${what} went from ${from} back to ${to}${change === undefined ? "" : style.dim(` (change ${change})`)}`;
  return `${line}\n${tellImpact(impact, style)}`;
};

/** Shows what it would do, and asks. */
const ask = async (context: Context, order: Order): Promise<Order> => {
  const guard = await asItIs(context, order.resource);
  const preview = await rollBack(context, { ...order, dryRun: true });
  context.note(tellImpact(preview.impact, context.style));
  const { kind, id } = order.resource;
  await confirm(context, `Roll ${kind}:${id} back from ${preview.from} to ${preview.to}?`);
  return { ...order, guard };
};

/** `nofx rollback`. */
export const rollback: Command<typeof input, typeof output> = defineCommand({
  input,
  output,
  run: async (context, { resource, to, reason, ...flags }) => {
    const order = { resource, targetVersion: to, reason, dryRun: flags.dryRun === true };
    const meant = !order.dryRun && mustConfirm(context) ? await ask(context, order) : order;
    return { output: await context.progress("Rolling back", () => rollBack(context, meant)) };
  },
  tell,
});
