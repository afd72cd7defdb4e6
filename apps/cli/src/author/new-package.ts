import { access, stat } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { asObject, readText } from "@nofx/document";
import { validateText } from "@nofx/manifest";
import { validateTemplateText } from "@nofx/template";
import { z } from "zod";
import type { Context } from "../context.ts";
import { localFailure, usageFailure } from "../failure.ts";
import { FileFinding } from "../output/file-finding.ts";
import { tellFindings } from "../output/findings.ts";
import type { Style } from "../output/style.ts";
import { type AgentChoice, adaptStartingPoint, type NewPackage } from "./adapt-starting-point.ts";
import { askNewPackage, type Said, type Settled } from "./ask-new-package.ts";
import { chooseAgents } from "./choose-agents.ts";
import type { Kind } from "./find-manifests.ts";
import { readStartingPoint } from "./read-starting-point.ts";
import { roles, startingPoints } from "./starting-points.ts";
import { writeFiles } from "./write-files.ts";

const flag = z.literal(true).optional();

/** What both kinds of `nofx new` take. */
export const newInput = {
  id: z.string().optional(),
  name: z.string().trim().min(1).max(120).optional(),
  description: z.string().trim().max(2000).optional(),
  owner: z.string().trim().min(1).max(200).optional(),
  tag: z.array(z.string()).optional(),
  directory: z.string().min(1).optional(),
  dryRun: flag,
  list: flag,
};

/** Only what there is to begin with. */
export const fromInput = (kind: Kind) => z.enum(startingPoints[kind].map(({ name }) => name)).optional();

const kind = z.enum(["agent", "template"]);

/** What both kinds of `nofx new` print. */
export const newOutput = z.object({
  startingPoints: z
    .array(z.object({ name: z.string(), summary: z.string() }))
    .optional()
    .meta({ description: "With --list" }),
  dryRun: z.boolean().meta({ description: "Nothing was written" }),
  made: z
    .array(
      z.object({
        kind,
        id: z.string(),
        from: z.string().meta({ description: "The starting point" }),
        directory: z.string().meta({ description: "Relative to the working directory" }),
        files: z.array(z.string()).meta({ description: "Below the directory" }),
      }),
    )
    .meta({ description: "First the agents that a template needs and that were not there" }),
  findings: z.array(FileFinding),
});
export type NewOutput = z.output<typeof newOutput>;

type Input = Said & {
  readonly directory?: string | undefined;
  readonly dryRun?: true | undefined;
  readonly list?: true | undefined;
  readonly agent?: Readonly<Record<string, string>> | undefined;
};

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const posixPath = (path: string): string => path.split(sep).join("/") || ".";

/** The top of the repository: where `.git` is, else the working directory. */
const repositoryTop = async (from: string, otherwise: string): Promise<string> => {
  if (await stat(join(from, ".git")).catch(() => undefined)) return from;
  return dirname(from) === from ? otherwise : await repositoryTop(dirname(from), otherwise);
};

interface Planned {
  readonly kind: Kind;
  readonly id: string;
  readonly from: string;
  readonly path: string;
  readonly files: ReadonlyMap<string, string>;
}

const planPackage = async (
  { connection }: Context,
  given: { readonly kind: Kind; readonly parent: string; readonly settled: Settled },
  agents: Readonly<Record<string, AgentChoice>>,
): Promise<Planned> => {
  const { kind: what, parent, settled } = given;
  const { id, from, ...told } = settled;
  const path = join(parent, id);
  const source = posixPath(relative(await repositoryTop(parent, dirname(parent)), path));
  const schema = `${(await connection()).origin}/schemas/${what}.json`;
  const order: NewPackage = { kind: what, id, ...told, source, schema, agents };
  return { kind: what, id, from, path, files: adaptStartingPoint(order, await readStartingPoint(what, from)) };
};

/** Holds what would be written against the rules; what was said may break them. */
const judge = ({ cwd }: Context, { kind: what, path, files }: Planned): FileFinding[] => {
  const manifestFile = `${what}.json`;
  const text = files.get(manifestFile) ?? "";
  const beside = new Map([...files].filter(([name]) => name !== manifestFile));
  const bytes = new Map([...beside].map(([name, content]) => [name, new Uint8Array(Buffer.from(content))]));
  const { errors, warnings } = what === "agent" ? validateText(text, bytes) : validateTemplateText(text, bytes);
  const file = posixPath(relative(cwd, join(path, manifestFile)));
  return [...errors, ...warnings].map((found) => ({ ...found, file }));
};

const standIn = (context: Context, settled: Settled, parent: string, role: string): Promise<Planned> => {
  const name = role.charAt(0).toUpperCase() + role.slice(1);
  const agent = { ...settled, id: role, name, description: roles[role], tags: [], from: "minimal" };
  return planPackage(context, { kind: "agent", parent, settled: agent }, {});
};

/** The package, and the agents that have to be made with it. */
const planAll = async (context: Context, what: Kind, input: Input): Promise<Planned[]> => {
  const parent = resolve(context.cwd, input.directory ?? `${what}s`);
  const settled = await askNewPackage(context, what, input, async (id) => {
    if (!(await isThere(join(parent, id)))) return;
    const shown = posixPath(relative(context.cwd, join(parent, id)));
    throw localFailure("exists", `${shown} is there already`, "Choose another id, or another --directory.");
  });
  if (what === "agent") return [await planPackage(context, { kind: what, parent, settled }, {})];
  const agentsParent = join(dirname(parent), "agents");
  const steps = await readStartingPoint("template", settled.from);
  const needed = asObject(asObject(readText(steps.get("template.json") ?? "").content?.value).metadata).agents;
  const { chosen, missing } = await chooseAgents(needed, input.agent ?? {}, agentsParent);
  const made: Planned[] = [];
  for (const role of missing) made.push(await standIn(context, settled, agentsParent, role));
  return [...made, await planPackage(context, { kind: what, parent, settled }, chosen)];
};

/** Makes a new package, as `nofx new agent` and `nofx new template` do. */
export const makeNew = async (context: Context, what: Kind, input: Input): Promise<NewOutput> => {
  if (input.list) return { startingPoints: [...startingPoints[what]], dryRun: true, made: [], findings: [] };
  const planned = await planAll(context, what, input);
  const findings = planned.flatMap((each) => judge(context, each));
  const wrong = findings.filter(({ severity }) => severity === "error");
  if (wrong.length > 0) throw usageFailure(wrong.map(({ path, message }) => `${path}: ${message}`).join("\n  "));
  if (!input.dryRun) for (const { path, files } of planned) await writeFiles(path, files);
  const shown = (path: string): string => posixPath(relative(context.cwd, path));
  return {
    dryRun: input.dryRun ?? false,
    made: planned.map(({ kind: each, id, from, path, files }) => {
      return { kind: each, id, from, directory: shown(path), files: [...files.keys()] };
    }),
    findings,
  };
};

/** The same, for people. */
export const tellNew = ({ startingPoints: listed, dryRun, made, findings }: NewOutput, style: Style): string => {
  if (listed) {
    const width = Math.max(...listed.map(({ name }) => name.length));
    return listed.map(({ name, summary }) => `${style.bold(name.padEnd(width))}  ${summary}`).join("\n");
  }
  const lines = made.flatMap(({ kind: each, directory, files }) => [
    `${style.green(dryRun ? "would make" : "made")} ${each} ${style.bold(directory)}`,
    ...files.map((file) => style.dim(`  ${file}`)),
  ]);
  const last = made.at(-1);
  const next =
    last &&
    `Next: nofx ${last.kind === "agent" ? "validate" : "test"} ${last.directory}\nThen: nofx publish ${made.map(({ directory }) => directory).join(" ")}`;
  return [
    ...lines,
    ...(findings.length > 0 ? [tellFindings(findings, style)] : []),
    ...(next && !dryRun ? [next] : []),
  ].join("\n");
};
