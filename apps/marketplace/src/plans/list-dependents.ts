import type { OperationInput } from "@nofx/contract-kit";
import type { AgentDependent, listAgentDependents as ListAgentDependents } from "@nofx/contract-marketplace";
import { cursorCodec, type RequestContext, toPage } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { dependentPosition } from "./dependent.rules.ts";
import { listDependentRows } from "./dependent.store.ts";

type Query = OperationInput<typeof ListAgentDependents>["query"];

const cursors = cursorCodec("agent dependents", dependentPosition);

/** The templates that the caller may see and whose locks hold an agent. */
export const listDependents = async (
  deps: Deps,
  ctx: RequestContext,
  { agent: agentId, tenant = ctx.tenantId, version, limit, cursor }: Query,
): Promise<{ dependents: AgentDependent[]; nextCursor?: string }> => {
  const after = cursors.decode(cursor);
  if (tenant === "") throw problem("request_invalid", { detail: "Name the tenant whose agent you mean: `?tenant=`." });
  const rows = await listDependentRows(deps.db, ctx, { tenant, agentId, version, after, limit: limit + 1 });
  const { items, ...rest } = toPage(rows, limit, ({ tenant: of, templateId, version: at, environment = "" }) =>
    cursors.encode({ tenant: of, templateId, version: at, environment }),
  );
  return { dependents: items, ...rest };
};
