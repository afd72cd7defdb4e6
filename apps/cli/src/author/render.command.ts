import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { ProblemError } from "@nofx/client";
import { ResourceId, SemVer, TenantId } from "@nofx/contract-kit";
import { renderTemplate } from "@nofx/contract-marketplace";
import { canonicalForm, sha256 } from "@nofx/manifest";
import {
  declaredVariables,
  inlineSteps,
  kindOf,
  lockedAgents,
  renderPrompt,
  renderWorkflow,
  usableEnvironments,
} from "@nofx/template";
import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { CliFailure, localFailure, usageFailure } from "../failure.ts";
import { placingConflicts } from "./conflict-places.ts";
import { localTemplates, runnableTemplate } from "./local-template.ts";
import { publishedTemplate, publishedVersion } from "./published-template.ts";
import { readVariables } from "./read-variables.ts";
import { resolveTemplateLock } from "./resolve-agents.ts";
import { tellPlan } from "./tell-plan.ts";
import { tellProblems } from "./variables.rules.ts";

const pair = /^[^=]+=[\s\S]*$/;
const input = z.object({
  template: z.string().min(1),
  var: z.array(z.string().regex(pair, "Write the name and the value, such as topic=Tides")).default([]),
  vars: z.string().min(1).optional(),
  environment: z.string().min(1).optional(),
  offline: z.literal(true).optional(),
});
type Input = z.output<typeof input>;

const { plan, planDigest, warnings } = renderTemplate.success[200].shape;
const output = z.object({
  from: z.enum(["directory", "marketplace"]).meta({ description: "Where the template was read" }),
  plan,
  planDigest,
  warnings,
});
export type RenderOutput = z.output<typeof output>;

const address = /^(?:template:)?(?:([^/@]+)\/)?([^/@]+)(?:@(.+))?$/;
const Address = z.object({ tenant: TenantId.optional(), id: ResourceId, version: SemVer.optional() });

const readAddress = (text: string): z.output<typeof Address> => {
  const [, tenant, id, version] = address.exec(text) ?? [];
  const read = Address.safeParse({ tenant, id, version });
  if (read.success) return read.data;
  const message = `<template>: "${text}" is no path that is there, and no id`;
  throw usageFailure(message, "Name a directory, or a published template such as release-train@2.0.0.");
};

type Document = Parameters<typeof inlineSteps>[0]["document"];

const declaredBy = (document: Document) => {
  const { content } = document;
  return declaredVariables(content, [content.goal, inlineSteps({ tenant: "", document }).map(({ inputs }) => inputs)]);
};

const misfit = (errors: Parameters<typeof tellProblems>[0], document: Document, cause?: ProblemError): CliFailure => {
  const message = `The variables do not fit:\n${tellProblems(errors, declaredBy(document))}`;
  const next = "Give values with --var name=value or --vars file.json.";
  const problem = cause?.problem;
  return new CliFailure({ exitCode: 1, code: "variables_invalid", message, next, problem }, { cause });
};

const renderPublished = async (context: Context, wanted: Input): Promise<RenderOutput> => {
  const asked = readAddress(wanted.template);
  const tenant = asked.tenant ?? context.options.tenant;
  const at = { id: asked.id, tenant };
  const { environment } = wanted;
  const shown = asked.version ?? (await publishedVersion(context, at));
  const { inlined } = await publishedTemplate(context, at, shown);
  const variables = await readVariables(context, { typed: wanted.var, file: wanted.vars }, declaredBy(inlined));
  const client = await context.marketplace();
  const answer = await client.renderTemplate({
    templateId: asked.id,
    ...(tenant !== undefined && { tenant }),
    body: {
      variables,
      ...(asked.version !== undefined && { version: asked.version }),
      ...(environment !== undefined && { environment }),
    },
  });
  if (!answer.ok && answer.problem.code === "variables_invalid") {
    throw misfit(answer.problem.errors ?? [], inlined, new ProblemError(answer.problem));
  }
  if (!answer.ok) throw new ProblemError(answer.problem);
  const { lock: _lock, ...rendered } = answer.body;
  return { from: "marketplace", ...rendered };
};

const renderLocal = async (context: Context, wanted: Input): Promise<RenderOutput> => {
  const [template, ...more] = await localTemplates(context, wanted.template);
  if (!template || more.length > 0) {
    throw usageFailure(
      `<template>: ${wanted.template} holds ${more.length + 1} templates`,
      "Name the directory of one.",
    );
  }
  const { version, versions } = await runnableTemplate(context, template, wanted.offline ?? false);
  const { document, tenant } = version;
  const environments = usableEnvironments(version);
  const environment = environments.find(({ name }) => name === wanted.environment);
  if (wanted.environment !== undefined && !environment) {
    const there = environments.map(({ name }) => name).join(", ") || "none";
    throw localFailure("environment_unknown", `No environment "${wanted.environment}"`, `There is: ${there}.`);
  }
  const variables = await readVariables(context, { typed: wanted.var, file: wanted.vars }, declaredBy(document));
  const order = { ...version, environment, variables };
  const steps = inlineSteps(version);
  const lock = () =>
    placingConflicts(context, template, () => resolveTemplateLock(version, environment, "highest", versions));
  const rendering =
    kindOf(document.content) === "prompt"
      ? renderPrompt(order)
      : renderWorkflow({ ...order, steps, agents: lockedAgents(await lock(), steps, tenant) });
  if (!rendering.ok) throw misfit(rendering.errors, document);
  const planDigest = sha256(canonicalForm(rendering.plan));
  return { from: "directory", plan: rendering.plan, planDigest, warnings: [...rendering.warnings] };
};

/** `nofx render`. */
export const render: Command<typeof input, typeof output> = defineCommand({
  input,
  output,
  run: async (context, wanted) => {
    const isHere = await stat(resolve(context.cwd, wanted.template)).catch(() => undefined);
    return {
      output: await context.progress("Rendering", () => (isHere ? renderLocal : renderPublished)(context, wanted)),
    };
  },
  tell: tellPlan,
});
