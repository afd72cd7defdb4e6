import { Digest, VersionChange, Visibility } from "@nofx/contract-kit";
import { SettableChannelName } from "@nofx/contract-registry";
import { syncActions } from "@nofx/sync";
import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { usageFailure } from "../failure.ts";
import { FileFinding } from "../output/file-finding.ts";
import { findDirectories, shownFile } from "./plan-publishing.ts";
import { publishDirectories, type Version } from "./publish-directories.ts";
import { placedFindings, Refusal, refusalOf } from "./refusal.ts";
import { PublishedChannel, setChannels } from "./set-channels.ts";
import { tellPublished } from "./tell-published.ts";
import { changeId } from "./write.ts";

const input = z.object({
  paths: z.array(z.string()).min(1),
  visibility: Visibility.optional(),
  channel: SettableChannelName.optional(),
  force: z.literal(true).optional(),
  dryRun: z.literal(true).optional(),
});

const PublishedVersion = z.object({
  kind: z.enum(["agent", "template"]),
  id: z.string(),
  version: z.string().optional(),
  file: z.string().meta({ description: "The manifest, relative to the working directory" }),
  action: z.enum(syncActions).meta({ description: "What there was to do" }),
  outcome: z.enum(["created", "identical", "failed", "skipped", "none"]).meta({
    description: "What was done; `none`: nothing, as this was a dry run or something else cannot be published",
  }),
  digest: Digest.optional(),
  change: changeId,
  bump: VersionChange.optional().meta({ description: "What the version number says and what it should say" }),
  afterOthers: z
    .literal(true)
    .optional()
    .meta({ description: "What is refused may be right once others of this call are published" }),
  problem: Refusal.optional(),
});
export type PublishedVersion = z.infer<typeof PublishedVersion>;

const output = z.object({
  dryRun: z.boolean(),
  ok: z.boolean().meta({ description: "Whether everything is, or could be, published" }),
  versions: z.array(PublishedVersion),
  channels: z.array(PublishedChannel),
  findings: z.array(FileFinding),
});
export type PublishOutput = z.output<typeof output>;

const versionOf = (cwd: string, { directory, item, result, afterOthers }: Version): PublishedVersion => {
  const file = shownFile(cwd, directory, item.file ?? "");
  const problem = result?.problem ?? item.problem;
  const outcome = result?.outcome ?? "none";
  return {
    kind: directory.kind,
    id: item.id,
    ...(item.version !== undefined && { version: item.version }),
    file,
    action: item.action,
    outcome: outcome === "disabled" ? "none" : outcome,
    ...(item.digest !== undefined && { digest: item.digest }),
    ...(result?.change !== undefined && { change: result.change }),
    ...(item.bump && { bump: item.bump }),
    ...(afterOthers && { afterOthers }),
    ...(problem && { problem: refusalOf({ ...problem, difference: item.difference }, file) }),
  };
};

const isWrong = ({ action, outcome, afterOthers }: PublishedVersion): boolean => {
  if (outcome === "failed" || outcome === "skipped") return true;
  return !afterOthers && (action === "broken" || action === "conflict" || action === "refused");
};

/** What cannot be meant is told before anything is read or written. */
const checkOptions = (
  kinds: ReadonlySet<string>,
  { channel, force }: { readonly channel: string | undefined; readonly force: boolean },
): void => {
  if (channel !== undefined && !kinds.has("agent"))
    throw usageFailure("--channel: Only agents have channels", "Leave it out, or name an agent's directory.");
  if (force && !kinds.has("template"))
    throw usageFailure("--force: Only templates can be published by force", "Leave it out.");
};

const publishAll = async (
  context: Context,
  { paths, visibility, channel, ...flags }: z.output<typeof input>,
): Promise<PublishOutput> => {
  const { cwd } = context;
  const [force, dryRun] = [flags.force === true, flags.dryRun === true];
  const directories = await findDirectories(cwd, paths);
  checkOptions(new Set(directories.map(({ kind }) => kind)), { channel, force });
  const settled = await publishDirectories(context, directories, { visibility, force, dryRun });
  const versions = settled.map((each) => versionOf(cwd, each));
  const findings: FileFinding[] = [];
  for (const each of settled) findings.push(...(await placedFindings(cwd, each)));
  const isDone = !versions.some(isWrong);
  const channels = channel !== undefined && isDone ? await setChannels(context, versions, channel, dryRun) : [];
  return { dryRun, ok: isDone && channels.every(({ problem }) => !problem), versions, channels, findings };
};

/** `nofx publish`. */
export const publish: Command<typeof input, typeof output> = defineCommand({
  input,
  output,
  run: async (context, asked) => {
    const told = await context.progress(asked.dryRun ? "Judging" : "Publishing", () => publishAll(context, asked));
    return { output: told, exitCode: told.ok ? 0 : 1 };
  },
  tell: tellPublished,
});
