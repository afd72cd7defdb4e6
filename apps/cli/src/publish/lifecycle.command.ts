import { ResourceId, SemVer } from "@nofx/contract-kit";
import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { usageFailure } from "../failure.ts";
import type { Style } from "../output/style.ts";
import { confirm, mustConfirm } from "./confirm.ts";
import { ImpactTold } from "./impact.ts";
import { asItIs } from "./own-resource.ts";
import { reason } from "./reason.ts";
import { nameOf, OwnResourceAt } from "./resource-at.ts";
import { type StatusOrder, setStatus } from "./set-status.ts";
import { tellImpact } from "./tell-impact.ts";
import { changeId } from "./write.ts";

const Status = z.enum(["active", "deprecated", "disabled", "archived"]);

const input = z.object({
  resource: OwnResourceAt,
  status: Status,
  reason,
  successor: z.string().optional(),
  dryRun: z.literal(true).optional(),
});

const output = z.object({
  kind: z.enum(["agent", "template"]),
  id: ResourceId,
  version: SemVer.optional().meta({ description: "Absent if it is the status of the agent or template as a whole" }),
  status: Status,
  dryRun: z.boolean(),
  outcome: z.enum(["changed", "unchanged"]),
  change: changeId,
  impact: ImpactTold.optional(),
  warnings: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
type Output = z.output<typeof output>;

/** Takes something away from those who use it. */
const takesAway = ({ status }: StatusOrder): boolean => status === "disabled" || status === "archived";

const ask = async (context: Context, order: StatusOrder): Promise<StatusOrder> => {
  const { resource, status } = order;
  const guard = await asItIs(context, resource);
  if (resource.kind === "agent" || resource.at === undefined) {
    const { impact } = await setStatus(context, { ...order, dryRun: true });
    if (impact) context.note(tellImpact(impact, context.style));
  }
  await confirm(context, `Make ${nameOf(resource)} ${status}?`);
  return { ...order, guard };
};

const tell = ({ kind, id, version, status, dryRun, outcome, change, impact, warnings = [] }: Output, style: Style) => {
  const what = style.bold(nameOf({ kind, id, tenant: undefined, at: version }));
  const isSame = outcome === "unchanged";
  const line = dryRun
    ? `${style.dim("·")} ${what} ${isSame ? "is" : "would be"} ${status}. Nothing was written.`
    : `${style.green("✓")} ${what} ${isSame ? "was" : "is"} ${status}${isSame ? " already" : ""}${change === undefined ? "" : style.dim(` (change ${change})`)}`;
  const told = warnings.map(({ path, message }) => `${style.yellow("warning:")} ${path}: ${message}`);
  return [line, ...told, ...(impact && !isSame ? [tellImpact(impact, style)] : [])].join("\n");
};

/** `nofx lifecycle`. */
export const lifecycle: Command<typeof input, typeof output> = defineCommand({
  input,
  output,
  run: async (context, { resource, status, reason, successor, ...flags }) => {
    const dryRun = flags.dryRun === true;
    if (successor !== undefined && status !== "deprecated")
      throw usageFailure("--successor: Only what is deprecated has one", "Leave it out.");
    const order = { resource, status, reason, successor, dryRun };
    const meant = !dryRun && takesAway(order) && mustConfirm(context) ? await ask(context, order) : order;
    const { warnings, ...done } = await context.progress("Setting the status", () => setStatus(context, meant));
    const { kind, id, at } = resource;
    const told = { kind, id, ...(at !== undefined && { version: at }), status, dryRun, ...done };
    return { output: { ...told, ...(warnings && { warnings: [...warnings] }) } };
  },
  tell,
});
