import { unwrap } from "@nofx/client";
import { Digest, ProblemItem, SemVer, TenantId } from "@nofx/contract-kit";
import { DependencyLock, EnvironmentName } from "@nofx/contract-marketplace";
import { Resolution, SettableChannelName } from "@nofx/contract-registry";
import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { usageFailure } from "../failure.ts";
import { nameOf, ResourceAt } from "./resource-at.ts";
import { tellResolved } from "./tell-resolved.ts";

const input = z.object({
  resources: z.array(ResourceAt).min(1),
  environment: EnvironmentName.optional(),
  strategy: z.enum(["highest", "lowest"]).default("highest"),
});

const asked = z.string().meta({ description: "As it was written" });
const ResolvedAgent = z.object({ asked, of: z.literal("agent"), ok: z.literal(true), resolution: Resolution });
const ResolvedTemplate = z.object({
  asked,
  of: z.literal("template"),
  ok: z.literal(true),
  tenant: TenantId.optional(),
  version: SemVer,
  digest: Digest.meta({ description: "Of the lock" }),
  lock: DependencyLock,
  warnings: z.array(ProblemItem),
});
const Unresolved = z.object({
  asked,
  of: z.enum(["agent", "template"]),
  ok: z.literal(false),
  problem: z.object({
    code: z.string(),
    title: z.string(),
    detail: z.string().optional(),
    conflict: z.unknown().optional().meta({ description: "Who wants what, how they came in, and what there is" }),
  }),
});
const output = z.object({ results: z.array(z.union([ResolvedAgent, ResolvedTemplate, Unresolved])) });
export type ResolveOutput = z.output<typeof output>;
type Result = ResolveOutput["results"][number];

/** What stands behind the `@`: a version, a channel, or else a range. */
const wanted = (at: string | undefined) => {
  if (at === undefined) return {};
  if (SemVer.safeParse(at).success) return { version: at };
  const isChannel = at === "latest" || SettableChannelName.safeParse(at).success;
  return isChannel ? { channel: at } : { range: at };
};

const whose = (context: Context, { tenant = context.options.tenant }: ResourceAt): { tenant?: string } =>
  tenant === undefined ? {} : { tenant };

const resolveAgents = async (context: Context, resources: readonly ResourceAt[]): Promise<Result[]> => {
  if (resources.length === 0) return [];
  const client = await context.registry();
  const agents = resources.map((each) => ({ agentId: each.id, ...whose(context, each), ...wanted(each.at) }));
  const { results } = await unwrap(client.resolveAgents({ body: { agents } }));
  return results.map((result, index): Result => {
    const told = { asked: nameOf(resources[index] as ResourceAt), of: "agent" as const };
    if (!result.ok) return { ...told, ok: false, problem: result.problem };
    const { ok: _ok, ...resolution } = result;
    return { ...told, ok: true, resolution };
  });
};

/** Says something of the template; anything else is about the caller or the service. */
const isAboutTemplate = (status: number): boolean => status === 404 || status === 422;

/** @throws usage: a template has no channels, and what is asked for is one version of it */
const mustNameVersion = (resource: ResourceAt): void => {
  const { kind, id, at } = resource;
  if (kind !== "template" || at === undefined || SemVer.safeParse(at).success) return;
  const next = `Write template:${id}@1.2.0, or template:${id} for the current version.`;
  throw usageFailure(`<resources...>: ${nameOf(resource)}: Of a template only a version can be named`, next);
};

const resolveTemplate = async (
  context: Context,
  resource: ResourceAt,
  choice: Pick<z.output<typeof input>, "environment" | "strategy">,
): Promise<Result> => {
  const client = await context.marketplace();
  const { strategy, environment } = choice;
  const body = {
    strategy,
    ...(resource.at !== undefined && { version: resource.at }),
    ...(environment !== undefined && { environment }),
  };
  const tenant = whose(context, resource);
  const answer = await client.resolveTemplate({ templateId: resource.id, ...tenant, body });
  const told = { asked: nameOf(resource), of: "template" as const };
  if (answer.ok) return { ...told, ok: true, ...tenant, ...answer.body };
  if (!isAboutTemplate(answer.status)) await unwrap(answer);
  const { code, title, detail, conflict } = answer.problem;
  return {
    ...told,
    ok: false,
    problem: { code, title, ...(detail !== undefined && { detail }), ...(conflict !== undefined && { conflict }) },
  };
};

/** `nofx resolve`. */
export const resolve: Command<typeof input, typeof output> = defineCommand({
  input,
  output,
  run: async (context, { resources, ...choice }) => {
    for (const each of resources) mustNameVersion(each);
    const found = await context.progress("Resolving", async () => {
      const agents = resources.filter(({ kind }) => kind === "agent");
      const results = new Map<ResourceAt, Result>();
      for (const [index, result] of (await resolveAgents(context, agents)).entries())
        results.set(agents[index] as ResourceAt, result);
      for (const each of resources.filter(({ kind }) => kind === "template"))
        results.set(each, await resolveTemplate(context, each, choice));
      return resources.flatMap((each) => results.get(each) ?? []);
    });
    return { output: { results: found }, exitCode: found.every(({ ok }) => ok) ? 0 : 1 };
  },
  tell: tellResolved,
});
