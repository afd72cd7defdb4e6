import { unwrap } from "@nofx/client";
import { SemVer } from "@nofx/contract-kit";
import { TemplateAnalytics } from "@nofx/contract-marketplace";
import { AgentUsage, getAgentUsage } from "@nofx/contract-registry";
import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import { fields } from "../output/fields.ts";
import type { Style } from "../output/style.ts";
import { table } from "../output/table.ts";
import { ResourceArgument } from "../resource-argument.ts";
import { sparkline } from "./sparkline.ts";

const { from, to } = getAgentUsage.query.shape;

const input = z.object({ resource: ResourceArgument, from, to, ofVersion: SemVer.optional() });
const output = z.discriminatedUnion("of", [
  AgentUsage.extend({ of: z.literal("agent") }),
  TemplateAnalytics.extend({ of: z.literal("template") }),
]);
type Output = z.output<typeof output>;

const percent = (rate: number | undefined): string => (rate === undefined ? "–" : `${Math.round(rate * 100)} %`);

const seconds = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : `${(ms / 1000).toFixed(1)} s`;

const day = (moment: string): string => moment.slice(0, 10);

/** What the two answers tell under different names. */
const told = (usage: Output) =>
  usage.of === "agent"
    ? { name: `agent:${usage.tenant}/${usage.agentId}`, meanMs: usage.totals.meanMs, people: undefined }
    : {
        name: `template:${usage.tenant}/${usage.templateId}`,
        meanMs: usage.totals.duration?.meanMs,
        people: String(usage.totals.uniqueUsers),
      };

const versionTable = ({ versions }: Output, style: Style): string =>
  table(
    versions.items,
    [
      { title: "version", cell: ({ version }) => version },
      { title: "runs", cell: ({ runs }) => String(runs), isNumber: true },
      { title: "success", cell: ({ success }) => percent(success?.rate), isNumber: true },
      { title: "day by day", cell: ({ series }) => sparkline(series) },
    ],
    style,
  );

const tell = (usage: Output, style: Style): string => {
  const { totals, series, includesSample } = usage;
  const { name, meanMs, people } = told(usage);
  const { runs, succeeded, failed, cancelled, invalid, success } = totals;
  const interval = success && ` (${percent(success.low)} to ${percent(success.high)})`;
  return [
    style.bold(name),
    fields(
      [
        ["from", `${day(usage.from)} to ${day(usage.to)}`],
        ["runs", `${runs}: ${succeeded} succeeded, ${failed} failed, ${cancelled} cancelled, ${invalid} invalid`],
        ["success", `${percent(success?.rate)}${interval ?? ""}`],
        ["on average", seconds(meanMs)],
        ["people", people],
        ["day by day", sparkline(series.map((point) => point.runs))],
      ],
      style,
    ),
    ...(usage.versions.items.length > 0 ? ["", versionTable(usage, style)] : []),
    ...(includesSample ? [style.dim("Some of these runs are made up.")] : []),
  ].join("\n");
};

/** `nofx usage`. */
export const usage: Command<typeof input, typeof output> = defineCommand({
  input,
  output,
  run: async (context, { resource, ofVersion: version, ...asked }) => {
    const { kind, id } = resource;
    const tenant = resource.tenant ?? context.options.tenant;
    const given = Object.fromEntries(
      Object.entries({ ...asked, version, tenant }).filter(([, value]) => value !== undefined),
    );
    return await context.progress("Asking", async () => {
      if (kind === "agent") {
        const client = await context.registry();
        return { output: { of: "agent" as const, ...(await unwrap(client.getAgentUsage({ agentId: id, ...given }))) } };
      }
      const client = await context.marketplace();
      const found = await unwrap(client.getTemplateAnalytics({ templateId: id, ...given }));
      return { output: { of: "template" as const, ...found } };
    });
  },
  tell,
});
