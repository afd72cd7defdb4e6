import { tellFindings } from "../output/findings.ts";
import type { Style } from "../output/style.ts";
import type { PublishedVersion, PublishOutput } from "./publish.command.ts";
import type { Refusal } from "./refusal.ts";
import type { PublishedChannel } from "./set-channels.ts";

/** Why not, and what to do, below the line that says that it is not. */
const tellRefusal = ({ title, detail, next, differences = [] }: Refusal, style: Style): string =>
  [
    `  ${title}${detail === undefined ? "" : `: ${detail}`}`,
    ...differences.map(({ severity, path, reason }) => `    ${severity}: ${path}: ${reason}`),
    ...(next === undefined ? [] : [`  ${style.cyan("→")} ${next}`]),
  ].join("\n");

const done = { created: "published", identical: "is published already", failed: "not published", skipped: "not tried" };

const planned: Readonly<Record<PublishedVersion["action"], string>> = {
  create: "would be published, with the agent or template itself",
  update: "would be published",
  unchanged: "is published already",
  conflict: "is published with other content",
  refused: "would be refused",
  broken: "cannot be published",
  prune: "is left alone",
};

const whatBecame = ({ outcome, action, afterOthers }: PublishedVersion, dryRun: boolean): string => {
  if (outcome !== "none") return done[outcome];
  if (afterOthers) return "would be judged again once the others are published";
  if (!dryRun && (action === "create" || action === "update")) return "not published, as something else cannot be";
  return planned[action];
};

const bumpOf = ({ bump }: PublishedVersion): string => {
  if (bump === undefined) return "";
  const { declared, previous, required } = bump;
  // Below 1.0.0 a minor step may break callers.
  const isEnough = previous.startsWith("0.") && declared === "minor" && required === "major";
  return `; ${declared} since ${previous}, ${isEnough ? "which below 1.0.0 is enough for what is major" : `needs ${required}`}`;
};

const tellVersion = (published: PublishedVersion, dryRun: boolean, style: Style): string => {
  const { kind, id, version, file, outcome, action, digest, change, problem } = published;
  const isWrong = problem !== undefined || action === "broken" || outcome === "skipped";
  const sign = isWrong ? style.red("✗") : outcome === "created" ? style.green("✓") : style.dim("·");
  const name = style.bold(`${kind}:${id}${version === undefined ? "" : ` ${version}`}`);
  const facts = [digest, change === undefined ? undefined : `change ${change}`].filter(Boolean).join(", ");
  const line = `${sign} ${name} ${whatBecame(published, dryRun)}${isWrong ? "" : bumpOf(published)}`;
  if (problem) return `${line} (${file})\n${tellRefusal(problem, style)}`;
  return facts === "" || isWrong ? line : `${line}\n  ${style.dim(facts)}`;
};

const tellChannel = (
  { agentId, channel, version, change, problem }: PublishedChannel,
  dryRun: boolean,
  style: Style,
) => {
  const what = `agent:${agentId} ${channel}`;
  if (problem) return `${style.red("✗")} ${what} was not set\n${tellRefusal(problem, style)}`;
  const verb = dryRun ? "would point" : "points";
  return `${style.green("✓")} ${what} ${verb} at ${version}${change === undefined ? "" : style.dim(` (change ${change})`)}`;
};

/** What a publish did, or would do, for people. */
export const tellPublished = ({ dryRun, versions, channels, findings }: PublishOutput, style: Style): string =>
  [
    ...(findings.length > 0 ? [tellFindings(findings, style)] : []),
    ...versions.map((version) => tellVersion(version, dryRun, style)),
    ...channels.map((channel) => tellChannel(channel, dryRun, style)),
    ...(dryRun ? [style.dim("Nothing was written.")] : []),
  ].join("\n");
