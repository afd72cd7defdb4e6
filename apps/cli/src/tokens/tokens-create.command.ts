import { ResourceId, TenantId } from "@nofx/contract-kit";
import { RoleName, ScopeName, Token } from "@nofx/contract-registry";
import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { usageFailure } from "../failure.ts";
import { write } from "../publish/write.ts";

const input = z.object({
  name: z.string({ error: "Say what the token is for" }).trim().min(1).max(100),
  role: RoleName.optional(),
  scope: z.array(ScopeName).optional(),
  agent: z.array(ResourceId).max(100).optional(),
  template: z.array(ResourceId).max(100).optional(),
  expires: z.coerce.number().int().min(1).max(3650).default(90),
  quiet: z.literal(true).optional(),
  dryRun: z.literal(true).optional(),
});
type Asked = z.output<typeof input>;

const output = z.object({
  dryRun: z.boolean(),
  order: z
    .object({
      name: z.string(),
      role: RoleName.optional(),
      scopes: z.array(ScopeName).optional(),
      agents: z.array(ResourceId).optional(),
      templates: z.array(ResourceId).optional(),
      expiresInDays: z.int(),
      tenant: TenantId.optional(),
    })
    .meta({ description: "What was asked for" }),
  token: Token.optional().meta({ description: "Absent of a dry run" }),
  secret: z.string().optional().meta({ description: "Shown once, and kept nowhere" }),
});
type Output = z.output<typeof output>;

const orderOf = ({ options }: Context, { name, role, scope, agent, template, expires }: Asked): Output["order"] => {
  if ((role === undefined) === (scope === undefined))
    throw usageFailure("Say what the token may do", "Give either --role, or --scope as often as needed.");
  const { tenant } = options;
  return {
    name,
    ...(role && { role }),
    ...(scope && { scopes: scope }),
    ...(agent && { agents: agent }),
    ...(template && { templates: template }),
    expiresInDays: expires,
    ...(tenant !== undefined && { tenant }),
  };
};

const rightsOf = ({ role, scopes = [], agents = [], templates = [] }: Output["order"]): string => {
  const named = [...agents, ...templates.map((template) => `template ${template}`)];
  return `${role ?? scopes.join(", ")}${named.length > 0 ? `; may change only ${named.join(", ")}` : ""}`;
};

/** `nofx tokens create`. */
export const tokensCreate: Command<typeof input, typeof output> = defineCommand({
  input,
  output,
  run: async (context, asked) => {
    const order = orderOf(context, asked);
    if (asked.dryRun) return { output: { dryRun: true, order } };
    const client = await context.registry();
    const { body } = await write(client.createToken({ body: order }));
    const { token, secret } = body;
    if (!asked.quiet && !context.options.json) {
      context.note(`Token ${token.id} of ${token.tenant} (${rightsOf(order)}), until ${token.expiresAt}.`);
      context.note("This is its secret. It is shown once, and kept nowhere:");
    }
    return { output: { dryRun: false, order, token, secret } };
  },
  // The secret alone, so that it can be piped.
  tell: ({ order, secret }, style) =>
    secret ??
    `${style.dim("·")} A token "${order.name}" (${rightsOf(order)}) for ${order.expiresInDays} days would be issued. Nothing was written.`,
});
