import { unwrap } from "@nofx/client";
import { SemVer } from "@nofx/contract-kit";
import { getRelationImpact, getRelations, type RelationEdge, type RelationKey } from "@nofx/contract-search";
import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import type { Style } from "../output/style.ts";
import { table } from "../output/table.ts";
import { ResourceArgument } from "../resource-argument.ts";

const { direction, relation, depth, limit } = getRelations.query.shape;

const input = z.object({
  resource: ResourceArgument,
  direction,
  relation,
  depth,
  limit,
  impact: SemVer.optional(),
});

const Relations = getRelations.success[200].extend({ of: z.literal("relations") });
const Impact = getRelationImpact.success[200].extend({ of: z.literal("impact") });
const output = z.discriminatedUnion("of", [Relations, Impact]);

const named = ({ type, tenant, id }: RelationKey): string => `${type}:${tenant}/${id}`;

const stateOf = ({ dead, range, locked }: RelationEdge, style: Style): string =>
  [range, locked === undefined ? undefined : `locked ${locked}`, dead ? style.red("is not there") : undefined]
    .filter((part) => part !== undefined)
    .join(", ");

const edgeTable = (title: string, edges: readonly RelationEdge[], far: "from" | "to", style: Style): string =>
  table(
    edges,
    [
      { title, cell: (edge) => `${"  ".repeat(edge.depth - 1)}${named(edge[far])}` },
      { title: "relation", cell: (edge) => edge.relation },
      { title: "by version", cell: ({ version = "" }) => version },
      { title: "wants", cell: (edge) => stateOf(edge, style), isFlexible: true },
    ],
    style,
  );

const tellRelations = ({ edges, truncated }: z.output<typeof Relations>, style: Style): string => {
  const away = edges.filter((edge) => edge.direction === "depends-on");
  const towards = edges.filter((edge) => edge.direction === "used-by");
  const parts = [
    away.length > 0 && edgeTable("depends on", away, "to", style),
    towards.length > 0 && edgeTable("used by", towards, "from", style),
    edges.length === 0 && "Nothing is related.",
    truncated && style.yellow("There is more: raise --limit or lower --depth."),
  ];
  return parts.filter((part) => part !== false).join("\n\n");
};

const tellImpact = (impact: z.output<typeof Impact>, style: Style): string => {
  const { version, breaking, satisfied, dependents, truncated } = impact;
  const line = `Without ${version}: ${breaking} would break, ${satisfied} would use another version.`;
  if (dependents.length === 0) return line;
  const rows = table(
    dependents,
    [
      { title: "dependent", cell: (each) => `${named(each)} ${each.version}` },
      { title: "", cell: ({ breaks }) => (breaks ? style.red("breaks") : style.green("works on")) },
      {
        title: "because",
        cell: ({ reason, range = "", locked }) => (reason === "locked" ? `locked ${locked}` : range),
      },
      { title: "with", cell: ({ satisfiedBy = "" }) => satisfiedBy },
    ],
    style,
  );
  return [rows, "", line, ...(truncated ? [style.yellow("There is more than could be looked at.")] : [])].join("\n");
};

/** `nofx relations`. */
export const relations: Command<typeof input, typeof output> = defineCommand({
  input,
  output,
  run: async (context, { resource, impact, ...query }) => {
    const { kind: type, id } = resource;
    const tenant = resource.tenant ?? context.options.tenant;
    const what = { type, id, ...(tenant !== undefined && { tenant }) };
    const client = await context.search();
    return await context.progress("Asking", async () => {
      if (impact === undefined) {
        return { output: { of: "relations" as const, ...(await unwrap(client.getRelations({ ...what, ...query }))) } };
      }
      const found = await unwrap(
        client.getRelationImpact({ ...what, version: impact, limit: Math.min(query.limit, 500) }),
      );
      return {
        output: { of: "impact" as const, ...found },
        exitCode: found.breaking > 0 ? (1 as const) : (0 as const),
      };
    });
  },
  tell: (told, style) => (told.of === "impact" ? tellImpact(told, style) : tellRelations(told, style)),
});
