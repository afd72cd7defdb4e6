import { unwrap } from "@nofx/client";
import { ResourceId, SemVer, TenantId, Timestamp, VersionStatus, Visibility } from "@nofx/contract-kit";
import { SystemHealth } from "@nofx/contract-search";
import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import type { Style } from "../output/style.ts";
import { ResourceArgument } from "../resource-argument.ts";
import { tellResource } from "./tell-resource.ts";
import { tellSystem } from "./tell-system.ts";

const versionsMax = 100;

const input = z.object({
  resource: ResourceArgument.optional(),
  versions: z.coerce.number().int().min(0).max(versionsMax).default(5),
});

/** An agent or a template, as far as its state goes. */
const ResourceStatus = z.object({
  of: z.enum(["agent", "template"]),
  tenant: TenantId,
  id: ResourceId,
  name: z.string(),
  currentVersion: SemVer,
  status: z.enum(["active", "deprecated", "disabled"]),
  statusReason: z.string().optional(),
  successor: z.string().optional().meta({ description: "What to use instead, `tenant/id`" }),
  visibility: Visibility,
  channels: z
    .array(z.object({ channel: z.string(), version: SemVer }))
    .optional()
    .meta({ description: "Only of agents" }),
  versions: z
    .array(z.object({ version: SemVer, status: VersionStatus, publishedAt: Timestamp }))
    .meta({ description: "The newest, highest first" }),
});
export type ResourceStatus = z.infer<typeof ResourceStatus>;

const output = z.discriminatedUnion("of", [
  z.object({ of: z.literal("system"), origin: z.string(), system: SystemHealth }),
  ResourceStatus,
]);
type Output = z.output<typeof output>;

const systemStatus = async (context: Context): Promise<Output> => {
  const search = await context.search();
  const { origin } = await context.connection();
  return { of: "system", origin, system: await unwrap(search.getSystemHealth()) };
};

type Asked = NonNullable<z.output<typeof input>["resource"]>;

const versionOf = ({ version, status, publishedAt }: ResourceStatus["versions"][number]) => ({
  version,
  status,
  publishedAt,
});

const agentStatus = async (context: Context, { id, tenant }: Asked, count: number): Promise<ResourceStatus> => {
  const client = await context.registry();
  const { agent } = await unwrap(client.getAgent({ agentId: id, ...(tenant !== undefined && { tenant }) }));
  const { name, currentVersion, status, statusReason, successor, visibility, channels, versions } = agent;
  return {
    of: "agent",
    tenant: agent.tenant,
    id,
    name,
    currentVersion,
    status,
    ...(statusReason !== undefined && { statusReason }),
    ...(successor && { successor: `${successor.tenant}/${successor.agentId}` }),
    visibility,
    channels: channels.map(({ channel, version }) => ({ channel, version })),
    versions: versions.slice(0, count).map(versionOf),
  };
};

const templateStatus = async (context: Context, { id, tenant }: Asked, count: number): Promise<ResourceStatus> => {
  const client = await context.marketplace();
  const { template } = await unwrap(client.getTemplate({ templateId: id, ...(tenant !== undefined && { tenant }) }));
  const { name, currentVersion, status, statusReason, successor, visibility, versions } = template;
  return {
    of: "template",
    tenant: template.tenant,
    id,
    name,
    currentVersion,
    status,
    ...(statusReason !== undefined && { statusReason }),
    ...(successor && { successor: `${successor.tenant}/${successor.templateId}` }),
    visibility,
    versions: versions.slice(0, count).map(versionOf),
  };
};

const statusOf = (context: Context, asked: Asked, count: number): Promise<ResourceStatus> => {
  const whose = { ...asked, tenant: asked.tenant ?? context.options.tenant };
  return asked.kind === "agent" ? agentStatus(context, whose, count) : templateStatus(context, whose, count);
};

const tell = (told: Output, style: Style): string =>
  told.of === "system" ? tellSystem(told.origin, told.system, style) : tellResource(told, style);

/** `nofx status`. */
export const status: Command<typeof input, typeof output> = defineCommand({
  input,
  output,
  run: async (context, { resource, versions }) => {
    const told = await context.progress("Asking", () =>
      resource ? statusOf(context, resource, versions) : systemStatus(context),
    );
    return { output: told, exitCode: told.of === "system" && told.system.status !== "ok" ? 1 : 0 };
  },
  tell,
});
