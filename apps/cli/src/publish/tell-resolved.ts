import type { LockedVersion } from "@nofx/contract-marketplace";
import type { Resolution } from "@nofx/contract-registry";
import type { Style } from "../output/style.ts";
import { table } from "../output/table.ts";
import type { ResolveOutput } from "./resolve.command.ts";

type Result = ResolveOutput["results"][number];

const deprecated = ({ deprecation }: Resolution): string => {
  if (!deprecation) return "";
  const { reason, successor } = deprecation;
  const instead = successor ? `; use ${successor.tenant}/${successor.agentId}` : "";
  return `deprecated: ${reason}${instead}${successor?.version === undefined ? "" : `@${successor.version}`}`;
};

const lockTable = (entries: readonly (readonly [string, LockedVersion])[], style: Style): string =>
  table(
    entries,
    [
      { title: "locked", cell: ([name]) => name },
      { title: "version", cell: ([, { version }]) => version },
      {
        title: "wanted by",
        cell: ([, { requestedBy }]) => requestedBy.map(({ by, range }) => `${by} (${range})`).join(", "),
        isFlexible: true,
      },
    ],
    style,
  );

const tellResult = (result: Result, style: Style): string => {
  const name = style.bold(result.asked);
  if (!result.ok) {
    const { title, detail } = result.problem;
    return `${style.red("✗")} ${name}: ${detail ?? title}`;
  }
  if (result.of === "agent") {
    const { tenant, agentId, version, digest } = result.resolution;
    const more = deprecated(result.resolution);
    const line = `${style.green("✓")} ${name} → ${tenant}/${agentId} ${version} ${style.dim(digest)}`;
    return more === "" ? line : `${line}\n  ${style.yellow(more)}`;
  }
  const { version, digest, lock, warnings } = result;
  const entries = [
    ...Object.entries(lock.agents).map(([id, locked]) => [`agent:${id}`, locked] as const),
    ...Object.entries(lock.templates).map(([id, locked]) => [`template:${id}`, locked] as const),
  ];
  return [
    `${style.green("✓")} ${name} → ${version}, lock ${style.dim(digest)}`,
    ...warnings.map(({ message }) => `  ${style.yellow("warning:")} ${message}`),
    entries.length === 0 ? "It depends on nothing." : lockTable(entries, style),
  ].join("\n");
};

/** What ids, ranges and channels stand for, for people. */
export const tellResolved = ({ results }: ResolveOutput, style: Style): string =>
  results.map((result) => tellResult(result, style)).join("\n");
