import { registryContract } from "@nofx/contract-registry";
import { answer, mount, type Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { exportAuditLog } from "./export-audit-log.ts";
import { listAgentAudit } from "./list-agent-audit.ts";
import { listAuditLog } from "./list-audit-log.ts";
import { verifyAuditLog } from "./verify-audit-log.ts";

const { operations } = registryContract;

export const auditRoutes = (service: Service, deps: Deps): void => {
  mount(service, operations.listAgentAudit, async (ctx, { params, query }) =>
    answer(200, {
      body: await listAgentAudit(deps, ctx, params.agentId, query),
    }),
  );
  mount(service, operations.listAudit, async (ctx, { query }) =>
    answer(200, {
      body: await listAuditLog(deps, ctx, query),
    }),
  );
  mount(service, operations.verifyAudit, async (ctx, { query }) =>
    answer(200, {
      body: await verifyAuditLog(deps, ctx, query),
    }),
  );
  mount(service, operations.exportAudit, async (ctx) =>
    answer(200, {
      stream: await exportAuditLog(deps, ctx),
      mediaType: "application/x-ndjson",
      headers: { "content-disposition": `attachment; filename="audit-${ctx.tenantId}.ndjson"` },
    }),
  );
};
