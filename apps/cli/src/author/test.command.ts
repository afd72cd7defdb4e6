import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { TestCase } from "@nofx/contract-marketplace";
import { locate } from "@nofx/document";
import { runTests, testOrderOf, usableEnvironments } from "@nofx/template";
import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { localFailure } from "../failure.ts";
import { FileFinding } from "../output/file-finding.ts";
import { placingConflicts } from "./conflict-places.ts";
import { type LocalTemplate, localTemplates, runnableTemplate } from "./local-template.ts";
import { resolveForTests } from "./resolve-agents.ts";
import { tellTests } from "./tell-tests.ts";

const input = z.object({
  paths: z.array(z.string()).default([]),
  environment: z.string().min(1).optional(),
  name: z.string().min(1).optional(),
  offline: z.literal(true).optional(),
});
type Input = z.output<typeof input>;

const count = z.int().min(0);
const TemplateRun = z.object({
  id: z.string(),
  version: z.string(),
  file: z.string().meta({ description: "The manifest, relative to the working directory" }),
  offline: z.boolean().meta({ description: "Only agents that lie in the repository were known" }),
  passed: count,
  failed: count,
  cases: z.array(TestCase).meta({ description: "All that failed; of those that passed the first 1000" }),
  agents: z
    .array(
      z.object({
        resolution: z.string(),
        environment: z.string().optional(),
        versions: z
          .record(z.string(), z.string())
          .meta({ description: "Of each agent, by the name that steps have for it" }),
      }),
    )
    .meta({ description: "What the tests ran with" }),
});
export type TemplateRun = z.infer<typeof TemplateRun>;

const output = z.object({
  passed: z.boolean(),
  templates: z.array(TemplateRun),
  findings: z.array(FileFinding).meta({ description: "Each failure, at its place in the file" }),
  summary: z.object({ templates: count, passed: count, failed: count }),
});
export type TestOutput = z.output<typeof output>;

type Agents = TemplateRun["agents"];
type Resolution = Awaited<ReturnType<typeof resolveForTests>>;

const agentsOf = ({ name: resolution, agents, inEnvironments = new Map() }: Resolution): Agents => {
  const versionsOf = (chosen: Resolution["agents"]) =>
    Object.fromEntries([...chosen].map(([name, { version }]) => [name, version]));
  const others = [...inEnvironments].map(([environment, chosen]) => {
    return { resolution, environment, versions: versionsOf(chosen) };
  });
  return [{ resolution, versions: versionsOf(agents) }, ...others];
};

const runTemplate = async (context: Context, template: LocalTemplate, wanted: Input): Promise<TemplateRun> => {
  const { version, versions } = await runnableTemplate(context, template, wanted.offline ?? false);
  const { templateId: id, version: number } = template.manifest;
  const environments = usableEnvironments(version).map(({ name }) => name);
  if (wanted.environment !== undefined && !environments.includes(wanted.environment)) {
    const there = environments.length > 0 ? `It has: ${environments.join(", ")}.` : "It has none.";
    throw localFailure("environment_unknown", `${template.file}: no environment "${wanted.environment}"`, there);
  }
  const resolutions = [
    await resolveForTests(version, "highest", versions),
    await resolveForTests(version, "lowest", versions),
  ];
  const all = runTests(testOrderOf(version, resolutions)).cases;
  const cases = all.filter(
    ({ name, environment }) =>
      (wanted.name === undefined || name === wanted.name) &&
      (wanted.environment === undefined || environment === wanted.environment),
  );
  const failed = cases.filter(({ passed }) => !passed).length;
  const agents = resolutions.flatMap(agentsOf);
  const { isOffline: offline } = versions;
  return { id, version: number, file: template.file, offline, passed: cases.length - failed, failed, cases, agents };
};

const circumstances = ({ environment, resolution }: TestCase): string =>
  [environment && `in ${environment}`, resolution && `with the ${resolution} agents`].filter(Boolean).join(" ");

/** A failure at its place: what is wrong may be the same in many circumstances, which are told of the first. */
const findingsOf = async ({ cwd }: Context, { file, cases }: TemplateRun): Promise<FileFinding[]> => {
  const text = await readFile(resolve(cwd, file), "utf8");
  const found = new Map<string, FileFinding>();
  for (const one of cases) {
    for (const { path, message: said, at = "$.content.tests" } of one.failures) {
      const key = JSON.stringify([one.name, at, path, said]);
      if (found.has(key)) continue;
      const message = `${one.name} (${circumstances(one)}): ${path}: ${said}`;
      const place = { file, path: at, field: "tests", ...locate(text, at) };
      found.set(key, { ...place, code: "test_failed", message, severity: "error" });
    }
  }
  return [...found.values()];
};

const runAll = async (context: Context, wanted: Input): Promise<TestOutput> => {
  const templates = new Map<string, LocalTemplate>();
  for (const path of wanted.paths.length > 0 ? wanted.paths : ["."]) {
    for (const each of await localTemplates(context, path)) templates.set(each.file, each);
  }
  const runs: TemplateRun[] = [];
  const findings: FileFinding[] = [];
  for (const template of templates.values()) {
    const run = await placingConflicts(context, template, () => runTemplate(context, template, wanted));
    runs.push(run);
    findings.push(...(await findingsOf(context, run)));
  }
  const total = (key: "passed" | "failed") => runs.reduce((sum, run) => sum + run[key], 0);
  const summary = { templates: runs.length, passed: total("passed"), failed: total("failed") };
  if (wanted.name !== undefined && summary.passed + summary.failed === 0) {
    throw localFailure("test_unknown", `No test is called "${wanted.name}"`, "`nofx test` without --name tells all.");
  }
  return { passed: summary.failed === 0, templates: runs, findings, summary };
};

/** `nofx test`. */
export const test: Command<typeof input, typeof output> = defineCommand({
  input,
  output,
  run: async (context, wanted) => {
    const told = await context.progress("Testing", () => runAll(context, wanted));
    return { output: told, exitCode: told.passed ? 0 : 1 };
  },
  tell: tellTests,
});
