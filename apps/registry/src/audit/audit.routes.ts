import { registryContract } from "@nofx/contract-registry";
import { answer, mount, type Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { listAgentAudit } from "./list-agent-audit.ts";

const { operations } = registryContract;

export const agentAuditRoutes = (service: Service, deps: Deps): void => {
  mount(service, operations.listAgentAudit, async (ctx, { params, query }) =>
    answer(200, {
      body: await listAgentAudit(deps, ctx, params.agentId, query),
    }),
  );
};
