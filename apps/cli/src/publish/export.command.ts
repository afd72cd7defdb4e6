import { ProblemError, unwrap } from "@nofx/client";
import { Digest, ResourceId, SemVer, Tag } from "@nofx/contract-kit";
import { TemplateKind, TemplateStatus } from "@nofx/contract-marketplace";
import { interchangeFormats, Loss } from "@nofx/contract-registry";
import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { usageFailure } from "../failure.ts";
import type { Style } from "../output/style.ts";
import { ResourceAt } from "./resource-at.ts";
import { checkTarget, save, type Target } from "./save.ts";

const bundleFormats = ["bundle", "tar", "json", "builder"] as const;

const input = z.object({
  resources: z.array(ResourceAt).default([]),
  format: z.enum([...bundleFormats, ...interchangeFormats]).optional(),
  out: z.string().min(1).optional(),
  force: z.literal(true).optional(),
  kind: TemplateKind.optional(),
  tag: z.array(Tag).optional(),
  category: ResourceId.optional(),
  status: TemplateStatus.optional(),
});
type Asked = z.output<typeof input>;

const output = z.object({
  format: z.enum([...bundleFormats, ...interchangeFormats]),
  file: z.string().optional().meta({ description: "Absent: it went to stdout" }),
  sizeBytes: z.int(),
  digest: Digest.optional().meta({ description: "Of a bundle's index, or of an agent's document" }),
  original: z
    .boolean()
    .optional()
    .meta({ description: "The document that the agent was imported from, byte for byte" }),
  losses: z.array(Loss).meta({ description: "What the document of an agent does not hold" }),
});
type Output = z.output<typeof output>;

const isBundle = (format: string): format is (typeof bundleFormats)[number] =>
  bundleFormats.some((each) => each === format);

const exportAgent = async (context: Context, { resources, format }: Asked, target: Target): Promise<Output> => {
  const [agent, ...more] = resources;
  if (!agent || more.length > 0) throw usageFailure("An agent is exported alone", "Name one agent:<id>.");
  if (format === undefined || isBundle(format))
    throw usageFailure("--format: Say which format the agent is wanted in", "Give --format a2a, mcp or oasf.");
  checkTarget(context, target, false);
  const client = await context.registry();
  const { id: agentId, tenant = context.options.tenant, at } = agent;
  if (at !== undefined && !SemVer.safeParse(at).success)
    throw usageFailure(
      `"${at}" is no version`,
      "Write agent:<id>@<version>; nofx resolve finds the version of a range.",
    );
  const query = { format, ...(tenant !== undefined && { tenant }), ...(at !== undefined && { version: at }) };
  const { content, digest, original, losses } = await unwrap(client.exportAgent({ agentId, ...query }));
  const bytes = Buffer.from(content);
  const file = await save(context, target, bytes);
  return { format, ...(file !== undefined && { file }), sizeBytes: bytes.length, digest, original, losses };
};

const exportTemplates = async (context: Context, asked: Asked, target: Target): Promise<Output> => {
  const { resources, format = "bundle", kind, tag, category, status } = asked;
  if (!isBundle(format))
    throw usageFailure(`--format: Templates are not exported as ${format}`, `Use one of: ${bundleFormats.join(", ")}.`);
  if (resources.some(({ at, tenant }) => at !== undefined || tenant !== undefined))
    throw usageFailure(
      "A bundle has whole templates of your tenant",
      "Write template:<id>, without tenant and version.",
    );
  checkTarget(context, target, format === "bundle" || format === "tar");
  const client = await context.marketplace();
  const answer = await client.exportTemplates({
    format,
    ...(resources.length > 0 && { id: resources.map(({ id }) => id) }),
    ...(kind && { kind }),
    ...(tag && { tag }),
    ...(category !== undefined && { category }),
    ...(status && { status }),
  });
  if (!answer.ok) throw new ProblemError(answer.problem);
  const bytes = answer.body;
  const digest = answer.headers.get("nofx-bundle") ?? undefined;
  const file = await save(context, target, bytes);
  const told = { ...(file !== undefined && { file }), ...(digest !== undefined && { digest }) };
  return { format, ...told, sizeBytes: bytes.length, losses: [] };
};

const tellLosses = ({ losses }: Output, style: Style): string[] =>
  losses.map(({ path, reason }) => `${style.yellow("not exported:")} ${path}: ${reason}`);

const tell = (told: Output, style: Style): string => {
  const { file, format, sizeBytes, digest, original } = told;
  // Stdout has what was exported, and nothing else.
  if (file === undefined) return "";
  const line = `${style.green("✓")} ${file}: ${format}, ${sizeBytes} bytes${original ? ", as it was imported" : ""}`;
  return [...tellLosses(told, style), digest === undefined ? line : `${line}, ${style.dim(digest)}`].join("\n");
};

/** `nofx export`. */
export const exportResources: Command<typeof input, typeof output> = defineCommand({
  input,
  output,
  run: async (context, asked) => {
    const kinds = new Set(asked.resources.map(({ kind }) => kind));
    if (kinds.size > 1) throw usageFailure("Agents and templates are not exported together", "Export them one by one.");
    const target = { out: asked.out, force: asked.force === true };
    const told = await context.progress("Exporting", () =>
      kinds.has("agent") ? exportAgent(context, asked, target) : exportTemplates(context, asked, target),
    );
    if (told.file === undefined) for (const line of tellLosses(told, context.style)) context.note(line);
    return { output: told };
  },
  tell,
});
