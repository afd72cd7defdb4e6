import { fromLine } from "@nofx/audit-chain";
import { describe, expect, it } from "vitest";
import { allSealed, auditedRegistry, exportText, verifyOffline, wholeLog } from "./audit-log.ts";

describe("exportAudit", () => {
  it("200: every sealed entry of one's own tenant, in the order of the chain, verifiable with the file alone", async () => {
    const { admin } = await auditedRegistry(4);
    const text = await exportText(admin);
    const entries = text.split("\n").slice(0, -1).map(fromLine);
    const log = await wholeLog(admin);
    expect(
      entries.map(({ entry, position, hash, previousHash }) => ({ ...entry, seal: { position, hash, previousHash } })),
    ).toEqual(log);
    expect(new Set(entries.map(({ tenant }) => tenant))).toEqual(new Set(["acme"]));
    const head = `6:${log.at(-1)?.seal?.hash}`;
    expect(await verifyOffline(text, head)).toEqual({ code: 0, out: `OK: 6 entries, head ${head}\n` });
  });

  it("200: more entries than one query reads, as a stream that names the file", async () => {
    const { admin, database } = await auditedRegistry(1);
    await database.query(
      `WITH entry AS (
         INSERT INTO registry.audit_log (tenant_id, at, actor, action, resource_type, resource_id, correlation_id)
         SELECT 'acme', now(), 'somebody', 'agent.rolled_back', 'agent', 'greeter', 'request' FROM generate_series(1, 1200)
         RETURNING tenant_id, id)
       INSERT INTO registry.audit_unsealed SELECT tenant_id, id FROM entry`,
    );
    await allSealed({ database });
    const answer = await admin.exportAudit();
    expect(answer.headers.get("content-type")).toBe("application/x-ndjson");
    expect(answer.headers.get("content-disposition")).toBe('attachment; filename="audit-acme.ndjson"');
    const { code, out } = await verifyOffline(await exportText(admin));
    expect([code, out.split(",")[0]]).toEqual([0, "OK: 1203 entries"]);
  });

  it("a failure before the first entry is a problem, not half a file", async () => {
    const { admin, database } = await auditedRegistry(1);
    await database.query("ALTER TABLE registry.audit_chain RENAME TO hidden");
    expect(await admin.exportAudit()).toBeProblem(500, "internal_error");
  });
});
