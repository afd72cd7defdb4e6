import type { AuditOperations } from "@nofx/contract-kit";
import { answer, mount, type Service } from "@nofx/service-kit";
import type { TrackDeps } from "../track-deps.ts";
import { exportAuditLog } from "./export-audit-log.ts";
import { listAuditLog } from "./list-audit-log.ts";
import { verifyAuditLog } from "./verify-audit-log.ts";

/** Serves the audit log of a tenant, whatever the service calls the operations. */
export const auditRoutes = <DB>(
  service: Service,
  deps: Pick<TrackDeps<DB>, "db">,
  operations: AuditOperations,
): void => {
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
