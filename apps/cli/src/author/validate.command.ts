import { resolve } from "node:path";
import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { usageFailure } from "../failure.ts";
import { FileFinding } from "../output/file-finding.ts";
import { findManifests } from "./find-manifests.ts";
import { type Judged, judgeFile, judgePackage } from "./judge-manifests.ts";
import { judgeRemotely } from "./judge-remotely.ts";
import { reportText, shownAs, writeReports } from "./validation-report.ts";

const input = z.object({
  paths: z.array(z.string()).default([]),
  remote: z.literal(true).optional(),
  strict: z.literal(true).optional(),
  format: z.enum(["text", "github", "sarif", "markdown"]).optional(),
  report: z
    .array(z.string().regex(/^(text|github|sarif|markdown|json)=./, "Say what to write and where: sarif=nofx.sarif"))
    .default([]),
});

const count = z.int().min(0);
const output = z.object({
  valid: z
    .boolean()
    .meta({ description: "Whether everything could be published; with --strict, and without warnings" }),
  checked: z.array(
    z.object({
      kind: z.enum(["agent", "template"]),
      id: z.string().optional(),
      version: z.string().optional(),
      file: z.string().meta({ description: "The manifest, relative to the working directory" }),
      valid: z.boolean(),
    }),
  ),
  findings: z.array(FileFinding),
  summary: z.object({ agents: count, templates: count, versions: count, errors: count, warnings: count }),
});
export type Validation = z.output<typeof output>;

const hasError = ({ findings }: Judged): boolean => findings.some(({ severity }) => severity === "error");

const outputOf = (judged: readonly Judged[], isStrict: boolean): Validation => {
  const findings = judged.flatMap((each) => each.findings);
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const ids = (kind: Judged["kind"]) =>
    new Set(judged.filter((each) => each.kind === kind).map(({ id, file }) => id ?? file));
  const warnings = findings.length - errors;
  return {
    valid: errors === 0 && !(isStrict && warnings > 0),
    checked: judged.map((each) => {
      const { kind, id, version, file } = each;
      return {
        kind,
        ...(id !== undefined && { id }),
        ...(version !== undefined && { version }),
        file,
        valid: !hasError(each),
      };
    }),
    findings,
    summary: { agents: ids("agent").size, templates: ids("template").size, versions: judged.length, errors, warnings },
  };
};

/** Everything at the paths, each directory and file once. */
const judgeAll = async ({ cwd }: Context, paths: readonly string[]): Promise<Judged[]> => {
  const directories = new Map<string, Parameters<typeof judgePackage>[0]>();
  const files = new Set<string>();
  for (const path of paths) {
    const found = await findManifests(resolve(cwd, path), path);
    for (const each of found.directories) directories.set(`${each.kind} ${each.path}`, each);
    if (found.file !== undefined) files.add(found.file);
  }
  const judged: Judged[] = [];
  for (const each of directories.values()) judged.push(...(await judgePackage(each, cwd)));
  for (const file of files) judged.push(await judgeFile(file, cwd));
  return judged;
};

/** `nofx validate`. */
export const validate: Command<typeof input, typeof output> = defineCommand({
  input,
  output,
  run: async (context, { paths, remote, strict = false, format, report }) => {
    if (context.options.json && format !== undefined)
      throw usageFailure("--json and --format say two things", "Leave out one of them; --report writes the other.");
    const judged = await context.progress("Validating", async () => {
      const locally = await judgeAll(context, paths.length > 0 ? paths : ["."]);
      if (!remote) return locally;
      const remotely: Judged[] = [];
      for (const each of locally) remotely.push(await judgeRemotely(context, each));
      return remotely;
    });
    const told = outputOf(judged, strict);
    await writeReports(context, report, told);
    return { output: told, exitCode: told.valid ? 0 : 1 };
  },
  tell: (told, style, { format = "text" }, context) => reportText(format, told, style, shownAs(context)),
});
