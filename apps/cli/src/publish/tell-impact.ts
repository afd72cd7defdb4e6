import type { Style } from "../output/style.ts";
import { table } from "../output/table.ts";
import type { ImpactTold } from "./impact.ts";

type Affected = ImpactTold["affected"][number];

const listed = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`)];

const shown = (value: unknown): string => (value === undefined ? "–" : JSON.stringify(value));

const whyAffected = ({ range, satisfied, locked, environment }: Affected, style: Style): string => {
  if (locked !== undefined) return `locks ${locked}${environment === undefined ? "" : ` for ${environment}`}`;
  return satisfied ? `wants ${range}` : style.red(`wants ${range}, which is not satisfied afterwards`);
};

const affectedTable = (affected: readonly Affected[], style: Style): string =>
  table(
    affected,
    [
      { title: "affected", cell: ({ kind, tenant, id }) => `${kind}:${tenant}/${id}` },
      { title: "version", cell: ({ version }) => version },
      { title: "how", cell: (each) => whyAffected(each, style), isFlexible: true },
    ],
    style,
  );

const unknown = "Which templates lock it could not be found out; there may be some.";

/** Whom and what a change concerns, for people. */
export const tellImpact = (impact: ImpactTold, style: Style): string => {
  const { fields, versionsAbove, channels, affected, truncated, templates } = impact;
  return [
    ...listed(
      "Changes",
      fields.map(({ path, before, after }) => `${path}: ${shown(before)} → ${shown(after)}`),
    ),
    ...listed(
      "Versions above stay, and ranges still resolve to the active ones",
      versionsAbove.map(({ version, status }) => `${version} ${status}`),
    ),
    ...listed(
      "Channels stay where they point",
      channels.map(({ channel, version }) => `${channel} → ${version}`),
    ),
    affected.length === 0 ? "Nothing that you may see depends on it." : affectedTable(affected, style),
    ...(truncated ? ["There are more than these."] : []),
    ...(templates === "unavailable" ? [style.yellow(unknown)] : []),
  ].join("\n");
};
