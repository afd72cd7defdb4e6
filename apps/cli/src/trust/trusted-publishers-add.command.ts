import { Finding, ResourceId, TenantId } from "@nofx/contract-kit";
import { TrustedPublisher, WorkloadClaims } from "@nofx/contract-registry";
import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import type { Style } from "../output/style.ts";
import { write } from "../publish/write.ts";
import { claimsText, publishedText } from "./list-publishers.ts";

/** Issuers that have a short name. */
const knownIssuers: Readonly<Record<string, string>> = {
  github: "https://token.actions.githubusercontent.com",
  gitlab: "https://gitlab.com",
};

const claims = z
  .array(z.string().regex(/^[^=]+=/s, "Write name=value, such as repository=acme/agents"), {
    error: "Say what its tokens have, such as --claim repository=acme/agents",
  })
  .transform((texts) =>
    Object.fromEntries(texts.map((text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)])),
  )
  .pipe(WorkloadClaims);

const ids = z.array(ResourceId).max(100).optional();

const fields = z.object({
  name: z.string({ error: "Say what it is for" }).trim().min(1).max(100),
  issuer: z
    .string()
    .default("github")
    .transform((text) => knownIssuers[text] ?? text)
    .pipe(z.url("Write github, gitlab, or the address of the issuer")),
  claim: claims,
  agent: ids,
  template: ids,
  dryRun: z.literal(true).optional(),
});

const input = fields.refine(({ agent, template }) => agent !== undefined || template !== undefined, {
  error: "Say what it may publish, such as --agent code-review or --template release-notes",
  path: ["agent"],
  // Told beside whatever else is missing.
  when: () => true,
});

const output = z.object({
  dryRun: z.boolean(),
  order: z
    .object({
      name: z.string(),
      issuer: z.string(),
      claims: WorkloadClaims,
      agents: z.array(ResourceId).optional(),
      templates: z.array(ResourceId).optional(),
      tenant: TenantId.optional(),
    })
    .meta({ description: "What was asked for" }),
  trustedPublisher: TrustedPublisher.optional().meta({ description: "Absent of a dry run" }),
  warnings: z.array(Finding).meta({ description: "Where the claims trust more than they seem to" }),
});
type Output = z.output<typeof output>;

const orderOf = ({ options: { tenant } }: Context, asked: z.output<typeof input>): Output["order"] => {
  const { name, issuer, claim, agent: agents, template: templates } = asked;
  return {
    ...{ name, issuer, claims: claim },
    ...(agents && { agents }),
    ...(templates && { templates }),
    ...(tenant !== undefined && { tenant }),
  };
};

const tell = ({ dryRun, order, trustedPublisher, warnings }: Output, style: Style): string => {
  const { name, issuer, claims: wanted } = order;
  const what = `${publishedText(order)}: runs of ${issuer} with ${claimsText(wanted)}`;
  if (dryRun) return `${style.dim("·")} "${name}" would be trusted to publish ${what}. Nothing was written.`;
  return [
    `${style.green("✓")} "${name}" is trusted to publish ${what} ${style.dim(`(${trustedPublisher?.id})`)}`,
    ...warnings.map(({ path, message }) => `${style.yellow("warning:")} ${path}: ${message}`),
  ].join("\n");
};

/** `nofx trusted-publishers add`. */
export const trustedPublishersAdd: Command<typeof input, typeof output> = defineCommand({
  input,
  output,
  run: async (context, asked) => {
    const order = orderOf(context, asked);
    if (asked.dryRun) return { output: { dryRun: true, order, warnings: [] } };
    const client = await context.registry();
    const { body } = await write(client.createTrustedPublisher({ body: order }));
    return { output: { dryRun: false, order, ...body } };
  },
  tell,
});
