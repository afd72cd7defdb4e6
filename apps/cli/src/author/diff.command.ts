import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { unwrap } from "@nofx/client";
import { Bump, Difference, ResourceId, SemVer } from "@nofx/contract-kit";
import type { TemplateVersionDocument } from "@nofx/contract-marketplace";
import type { AgentVersionDocument } from "@nofx/contract-registry";
import { publicationDiff } from "@nofx/document";
import { classify } from "@nofx/manifest";
import { classifyTemplates } from "@nofx/template";
import { judgeSemver } from "@nofx/versioning";
import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { localFailure, usageFailure } from "../failure.ts";
import { ResourceArgument } from "../resource-argument.ts";
import {
  type Address,
  type Compared,
  type LocalCompared,
  localCompared,
  publishedCompared,
  publishedNumbers,
} from "./compared.ts";
import { comparedWith } from "./compared-with.rules.ts";
import { tellDiff } from "./tell-diff.ts";

const flag = z.literal(true).optional();
const input = z.object({
  resource: z.string().min(1),
  from: SemVer.optional(),
  to: SemVer.optional(),
  text: flag,
  exitCode: flag,
});
type Input = z.output<typeof input>;

const output = z.object({
  kind: z.enum(["agent", "template"]),
  id: ResourceId,
  from: SemVer.optional().meta({ description: "The earlier version; absent: nothing is published yet" }),
  to: SemVer.meta({ description: "The later version" }),
  file: z.string().optional().meta({ description: "The manifest that the later version lies in, if it lies here" }),
  differs: z.boolean(),
  bump: Bump.meta({ description: "What a version number has to say about the step" }),
  differences: z.array(Difference),
  verdict: z
    .object({
      outcome: z
        .enum(["new", "same", "enough", "too_small", "taken"])
        .meta({ description: "`new`: the first version; `same`: published with this content; `taken`: with another" }),
      least: SemVer.optional().meta({ description: "The lowest version number that is enough" }),
      message: z.string(),
    })
    .optional()
    .meta({ description: "On the version number of what lies here" }),
  text: z.string().optional().meta({ description: "Unified diff, with --text" }),
});
export type DiffOutput = z.output<typeof output>;
type Verdict = NonNullable<DiffOutput["verdict"]>;

type Changes = Pick<DiffOutput, "bump" | "differences">;

const changesOf = (kind: Address["kind"], before: Compared, after: Compared): Changes => {
  const { bump, differences } =
    kind === "agent"
      ? classify(before.document as AgentVersionDocument, after.document as AgentVersionDocument)
      : classifyTemplates(before.document as TemplateVersionDocument, after.document as TemplateVersionDocument);
  return { bump, differences: [...differences] };
};

const leastAfter = (kind: Address["kind"], before: Compared, after: Compared) =>
  kind === "agent"
    ? judgeSemver(classify, before.document as AgentVersionDocument, after.document as AgentVersionDocument)
    : judgeSemver(
        classifyTemplates,
        before.document as TemplateVersionDocument,
        after.document as TemplateVersionDocument,
      );

const textOf = async (kind: Address["kind"], before: Compared | undefined, after: Compared): Promise<string> => {
  const nothing = { label: "nothing", document: {}, contentOf: async () => undefined };
  return await publicationDiff(`${kind}.json`, before?.published ?? nothing, after.published);
};

interface Pair {
  readonly from: string;
  readonly to: string;
}

/** As the service compares them. */
const changesBetween = async (context: Context, { kind, id, tenant }: Address, pair: Pair): Promise<Changes> => {
  const query = { ...pair, ...(tenant !== undefined && { tenant }) };
  const { bump, differences } =
    kind === "agent"
      ? await unwrap((await context.registry()).diffAgentVersions({ agentId: id, ...query }))
      : await unwrap((await context.marketplace()).diffTemplateVersions({ templateId: id, ...query }));
  return { bump, differences };
};

const textBetween = async (context: Context, address: Address, { from, to }: Pair): Promise<string> => {
  const before = await publishedCompared(context, address, from);
  return await textOf(address.kind, before, await publishedCompared(context, address, to));
};

const published = async (context: Context, wanted: Input): Promise<DiffOutput> => {
  const read = ResourceArgument.safeParse(wanted.resource);
  if (!read.success) {
    const message = `<resource>: "${wanted.resource}" is no path that is there, and no agent:<id> or template:<id>`;
    throw usageFailure(message, "Such as: nofx diff agent:code-review 1.3.0 2.0.0");
  }
  const { kind, id } = read.data;
  const address: Address = { kind, id, tenant: read.data.tenant ?? context.options.tenant };
  const { from, to: said } = wanted;
  if (from === undefined) throw usageFailure("[from]: Give the version that counts as the earlier one");
  const [to = said] = said === undefined ? await publishedNumbers(context, address) : [said];
  if (to === undefined)
    throw localFailure("not_published", `${kind} ${id} is not published`, "Look with `nofx search`.");
  const pair = { from, to };
  const changes = await changesBetween(context, address, pair);
  const text = wanted.text ? await textBetween(context, address, pair) : undefined;
  const differs = changes.differences.length > 0;
  return { kind, id, ...pair, differs, ...changes, ...(text !== undefined && { text }) };
};

const judge = (kind: Address["kind"], before: Compared, after: LocalCompared, changes: Changes): Verdict => {
  if (before.version !== after.version) {
    const { enough, least, previous, required } = leastAfter(kind, before, after);
    if (enough)
      return { outcome: "enough", message: `${after.version} is enough: the change from ${previous} is ${required}` };
    return {
      outcome: "too_small",
      least,
      message: `${after.version} is too small: the change from ${previous} is ${required}; publish as ${least}`,
    };
  }
  if (changes.differences.length === 0)
    return { outcome: "same", message: `${after.version} is published with this content` };
  const { least } = leastAfter(kind, before, after);
  return {
    outcome: "taken",
    least,
    message: `${after.version} is published with other content, and never changes; publish as ${least}`,
  };
};

const local = async (context: Context, wanted: Input): Promise<DiffOutput> => {
  if (wanted.to !== undefined) throw usageFailure("[to]: What lies here is the later version", "Leave [to] out.");
  const after = await localCompared(context, wanted.resource);
  const { kind, id } = after.address;
  const address = { ...after.address, tenant: context.options.tenant };
  const against = wanted.from ?? comparedWith(after.version, await publishedNumbers(context, address));
  const before = against === undefined ? undefined : await publishedCompared(context, address, against);
  const text = wanted.text ? await textOf(kind, before, after) : undefined;
  const told = { kind, id, to: after.version, file: after.file, ...(text !== undefined && { text }) };
  if (!before) {
    const verdict: Verdict = {
      outcome: "new",
      message: `Nothing of ${kind} ${id} is published yet; any version will do`,
    };
    return { ...told, differs: true, bump: "none", differences: [], verdict };
  }
  const changes = changesOf(kind, before, after);
  const verdict = judge(kind, before, after, changes);
  return { ...told, from: before.version, differs: changes.differences.length > 0, ...changes, verdict };
};

/** `nofx diff`. */
export const diff: Command<typeof input, typeof output> = defineCommand({
  input,
  output,
  run: async (context, wanted) => {
    const isHere = await stat(resolve(context.cwd, wanted.resource)).catch(() => undefined);
    const told = await context.progress("Comparing", () => (isHere ? local : published)(context, wanted));
    return { output: told, exitCode: wanted.exitCode && told.differs ? 1 : 0 };
  },
  tell: tellDiff,
});
