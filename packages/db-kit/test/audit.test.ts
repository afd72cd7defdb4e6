import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import { type AuditEvent, recordAudit } from "../src/audit.ts";
import { recordEvent } from "../src/event.ts";
import { inTenant } from "../src/tenant.ts";
import { readInTenant } from "../src/tenant-read.ts";
import { at, freshKit, type Kit, member } from "./kit.ts";

const alpha = member("alpha");
const event: AuditEvent = { action: "note.added", resourceType: "note", resourceId: "one" };

const audited = (kit: Kit, more: Partial<AuditEvent> = {}) =>
  inTenant(kit.db, alpha, (trx) => recordAudit(trx, alpha, at, { ...event, ...more }));

describe("the audit log", () => {
  it("says who did what to what, when, why and for which request", async () => {
    const kit = await freshKit();
    const told = { version: "1.0.0", reason: "asked", data: { n: 0 }, details: { n: 1 } };
    const changeId = await inTenant(kit.db, alpha, (trx) =>
      recordEvent(trx, alpha, at, { ...event, type: "note.added", visibility: "private", ...told }),
    );
    await audited(kit);
    const common = { tenant_id: "alpha", at, actor: "somebody@alpha", correlation_id: "request-of-alpha" };
    const resource = { action: "note.added", resource_type: "note", resource_id: "one" };
    expect(await kit.query("SELECT * FROM kit.audit_log ORDER BY id")).toEqual([
      { id: "1", ...common, ...resource, version: "1.0.0", reason: "asked", details: { n: 1 }, change_id: changeId },
      { id: "2", ...common, ...resource, version: null, reason: null, details: {}, change_id: null },
    ]);
  });

  it.each([
    ["changed", sql`UPDATE audit_log SET actor = 'nobody'`],
    ["deleted", sql`DELETE FROM audit_log`],
    ["emptied", sql`TRUNCATE audit_log`],
  ])("cannot be %s by the service", async (_how, statement) => {
    const kit = await freshKit();
    await audited(kit);
    const attempt = inTenant(kit.db, alpha, (trx) => statement.execute(trx));
    await expect(attempt).rejects.toThrow("permission denied for table audit_log");
    expect(await kit.query("SELECT actor FROM kit.audit_log")).toEqual([{ actor: "somebody@alpha" }]);
  });

  it("is its tenant's own, to read and to write", async () => {
    const kit = await freshKit();
    await audited(kit);
    const log = { compile: () => sql`SELECT action FROM audit_log`.compile(kit.db.compiler) };
    expect(await readInTenant(kit.db, alpha, () => log)).toEqual([{ action: "note.added" }]);
    expect(await readInTenant(kit.db, member("beta"), () => log)).toEqual([]);
    const forged = inTenant(kit.db, member("beta"), (trx) => recordAudit(trx, alpha, at, event));
    await expect(forged).rejects.toMatchObject({ code: "42501" });
  });
});
