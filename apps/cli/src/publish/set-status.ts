import { ResourceId } from "@nofx/contract-kit";
import type { Context } from "../context.ts";
import { usageFailure } from "../failure.ts";
import { agentImpact, type ImpactTold, templateImpact } from "./impact.ts";
import type { ResourceAt } from "./resource-at.ts";
import { write } from "./write.ts";

const resourceStatuses = ["active", "deprecated", "disabled"] as const;
const versionStatuses = ["active", "deprecated", "archived"] as const;

/** A status that is to be set, as the services take it. */
export interface StatusOrder {
  readonly resource: ResourceAt;
  readonly status: "active" | "deprecated" | "disabled" | "archived";
  readonly reason: string;
  readonly successor: string | undefined;
  readonly dryRun: boolean;
  /** How it must be when it is changed. */
  readonly guard?: { readonly ifMatch?: string };
}

/** What setting it did. */
export interface StatusSet {
  readonly outcome: "changed" | "unchanged";
  readonly change?: string;
  readonly impact?: ImpactTold;
  readonly warnings?: readonly { readonly path: string; readonly message: string }[];
}

/** What is to be used instead of an agent or a template. */
const successorOf = ({ successor }: StatusOrder): { id: string; tenant?: string } | undefined => {
  if (successor === undefined) return undefined;
  const [id = "", tenant] = successor.split("/").reverse();
  if (ResourceId.safeParse(id).success) return { id, ...(tenant !== undefined && { tenant }) };
  throw usageFailure(`--successor: "${successor}" is no id`, "Write an id, or tenant/id.");
};

/** Holds the status against what can have one. @throws usage */
const statusFrom = <const Status extends string>(
  { resource, status }: StatusOrder,
  allowed: readonly Status[],
): Status => {
  const known = allowed.find((each) => each === status);
  if (known) return known;
  const what = resource.at === undefined ? `${resource.kind}s` : "versions";
  throw usageFailure(`<status>: ${what} are never ${status}`, `Use one of: ${allowed.join(", ")}.`);
};

const ofAgent = async (context: Context, order: StatusOrder): Promise<StatusSet> => {
  const { resource, reason, dryRun, guard, successor } = order;
  const client = await context.registry();
  const query = { agentId: resource.id, dryRun: dryRun ? "true" : "false" } as const;
  if (resource.at !== undefined) {
    const body = { status: statusFrom(order, versionStatuses), reason, ...(successor !== undefined && { successor }) };
    const { body: done, changed } = await write(
      client.setVersionStatus({ ...query, version: resource.at ?? "", body }, guard),
    );
    return { outcome: done.outcome, ...changed, impact: agentImpact(done.impact) };
  }
  const { id: agentId, ...rest } = successorOf(order) ?? {};
  const instead = agentId === undefined ? {} : { successor: { agentId, ...rest } };
  const body = { status: statusFrom(order, resourceStatuses), reason, ...instead };
  const { body: done, changed } = await write(client.setAgentStatus({ ...query, body }, guard));
  return { outcome: done.outcome, ...changed, impact: agentImpact(done.impact) };
};

const ofTemplateVersion = async (context: Context, order: StatusOrder, version: string): Promise<StatusSet> => {
  const { resource, reason, dryRun, guard, successor } = order;
  const body = { status: statusFrom(order, versionStatuses), reason, ...(successor !== undefined && { successor }) };
  if (dryRun) {
    const next = "Leave --dry-run out; any status but a draft's release can be taken back.";
    throw usageFailure("--dry-run: There is no preview for the status of a template's version", next);
  }
  const client = await context.marketplace();
  const { body: done, changed } = await write(
    client.setTemplateVersionStatus({ templateId: resource.id, version, body }, guard),
  );
  const warnings = done.warnings?.map(({ path, message }) => ({ path, message }));
  return { outcome: done.outcome, ...changed, ...(warnings && { warnings }) };
};

const ofTemplate = async (context: Context, order: StatusOrder): Promise<StatusSet> => {
  const { resource, reason, dryRun, guard } = order;
  if (resource.at !== undefined) return await ofTemplateVersion(context, order, resource.at);
  const { id: templateId, ...rest } = successorOf(order) ?? {};
  const instead = templateId === undefined ? {} : { successor: { templateId, ...rest } };
  const body = { status: statusFrom(order, resourceStatuses), reason, ...instead };
  const client = await context.marketplace();
  const query = { templateId: resource.id, dryRun: dryRun ? "true" : "false" } as const;
  const { body: done, changed } = await write(client.setTemplateStatus({ ...query, body }, guard));
  return { outcome: done.outcome, ...changed, impact: templateImpact(done.impact) };
};

/** Sets the status of an agent, a template, or a version of one; with `dryRun`, says what that would do. */
export const setStatus = (context: Context, order: StatusOrder): Promise<StatusSet> =>
  order.resource.kind === "agent" ? ofAgent(context, order) : ofTemplate(context, order);
