import { BundleImportResult } from "@nofx/contract-marketplace";
import { ImportResult, InterchangeFormat } from "@nofx/contract-registry";
import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { localFailure, usageFailure } from "../failure.ts";
import type { Style } from "../output/style.ts";
import { type Imported, nameOfFile, readImport } from "./read-import.ts";
import { ResourceAt } from "./resource-at.ts";
import { changeId, write } from "./write.ts";

const input = z.object({
  file: z.string().min(1),
  format: InterchangeFormat.optional(),
  as: ResourceAt.refine(({ kind, tenant }) => kind === "agent" && tenant === undefined, {
    error: "Write agent:<id>, or agent:<id>@<version>",
  }).optional(),
  visibility: z.enum(["private", "public", "keep"]).optional(),
  atomic: z.literal(true).optional(),
  dryRun: z.literal(true).optional(),
});
type Asked = z.output<typeof input>;

const output = z.discriminatedUnion("of", [
  z.object({ of: z.literal("agent"), change: changeId, result: ImportResult }),
  z.object({ of: z.literal("bundle"), result: BundleImportResult }),
]);
type Output = z.output<typeof output>;

const importAgent = async (
  context: Context,
  { file, as, visibility, dryRun, atomic, ...asked }: Asked,
  imported: Extract<Imported, { kind: "agent" }>,
): Promise<Output> => {
  const format = asked.format ?? imported.format;
  if (format === undefined)
    throw usageFailure(
      `--format: ${nameOfFile(file)} does not say of which format it is`,
      "Give --format a2a, mcp or oasf.",
    );
  if (visibility === "keep") throw usageFailure("--visibility keep is for bundles", "Use private or public.");
  if (atomic) throw usageFailure("--atomic is for bundles", "Leave it out.");
  const client = await context.registry();
  const body = {
    format,
    content: imported.content,
    ...(as && { agentId: as.id }),
    ...(as?.at !== undefined && { version: as.at }),
  };
  const query = { dryRun: dryRun ? "true" : "false", ...(visibility && { visibility }) } as const;
  const { body: result, changed } = await write(client.importAgent({ ...query, body }));
  return { of: "agent", ...changed, result };
};

const importBundle = async (
  context: Context,
  { as, format, visibility, dryRun, atomic }: Asked,
  { body }: Extract<Imported, { kind: "bundle" }>,
): Promise<Output> => {
  if (as || format) throw usageFailure("--as and --format are for documents of agents, and this is a bundle");
  if (visibility === "public")
    throw usageFailure("--visibility public is for agents", "Use keep, for whoever the bundle says, or private.");
  const client = await context.marketplace();
  const query = {
    dryRun: dryRun ? "true" : "false",
    atomic: atomic ? "true" : "false",
    ...(visibility && { visibility }),
  } as const;
  const { body: result } = await write(client.importTemplates({ ...query, body: body as never }));
  return { of: "bundle", result };
};

const importFile = async (context: Context, asked: Asked): Promise<Output> => {
  const imported = await readImport(context, asked.file);
  if (imported.kind === "agent") return await importAgent(context, asked, imported);
  if (imported.kind === "bundle") return await importBundle(context, asked, imported);
  const next = `Run: nofx builder import ${asked.file}`;
  throw localFailure("not_importable", `${nameOfFile(asked.file)} holds the prompts of a builder`, next);
};

const tellAgent = ({ result, change }: Extract<Output, { of: "agent" }>, style: Style): string => {
  const { agent, version, outcome, dryRun, losses, warnings } = result;
  const name = style.bold(`agent:${agent.agentId} ${version.version}`);
  const done = outcome === "created" ? "imported" : "is published already";
  const what = dryRun && outcome === "created" ? "would be imported. Nothing was written." : done;
  const facts = [version.digest, change === undefined ? undefined : `change ${change}`].filter(Boolean).join(", ");
  return [
    ...losses.map(({ path, reason }) => `${style.yellow("not imported:")} ${path}: ${reason}`),
    ...warnings.map(({ path, message }) => `${style.yellow("warning:")} ${path}: ${message}`),
    `${dryRun ? style.dim("·") : style.green("✓")} ${name} ${what}\n  ${style.dim(facts)}`,
  ].join("\n");
};

const tellBundle = ({ result }: Extract<Output, { of: "bundle" }>, style: Style): string => {
  const { items, summary, dryRun } = result;
  const lines = items.flatMap(({ templateId, version, outcome, errors = [], warnings = [], locks = [] }) => {
    const isWrong = outcome === "conflict" || outcome === "invalid";
    const name = style.bold(`template:${templateId} ${version}`);
    const wrongLocks = locks.filter((lock) => lock.outcome === "conflict" || lock.outcome === "invalid");
    return [
      ...(isWrong || outcome === "created"
        ? [`${isWrong ? style.red("✗") : style.green("✓")} ${name} ${outcome}`]
        : []),
      ...[...errors, ...wrongLocks.flatMap((lock) => lock.errors ?? [])].map(
        ({ path, message }) => `  ${path}: ${message}`,
      ),
      ...warnings.map(({ path, message }) => `  ${style.yellow("warning:")} ${name} ${path}: ${message}`),
    ];
  });
  const { created, unchanged, conflict, invalid } = summary;
  const counts = `${created} created, ${unchanged} unchanged, ${conflict} in conflict, ${invalid} not valid`;
  return [...lines, dryRun ? `${counts}. Nothing was written.` : counts].join("\n");
};

const isComplete = (told: Output): boolean =>
  told.of === "agent" || (told.result.summary.conflict === 0 && told.result.summary.invalid === 0);

/** `nofx import`. */
export const importResources: Command<typeof input, typeof output> = defineCommand({
  input,
  output,
  run: async (context, asked) => {
    const told = await context.progress("Importing", () => importFile(context, asked));
    return { output: told, exitCode: isComplete(told) ? 0 : 1 };
  },
  tell: (told, style) => (told.of === "agent" ? tellAgent(told, style) : tellBundle(told, style)),
});
