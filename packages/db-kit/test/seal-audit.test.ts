import { setTimeout as delay } from "node:timers/promises";
import { type SealedEntry, verifyChain } from "@nofx/audit-chain";
import { sql } from "kysely";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { recordAudit } from "../src/audit.ts";
import { sealAuditBatch, startSealing } from "../src/seal-audit.ts";
import { inTenant } from "../src/tenant.ts";
import { exported, fillLog, recordEntries, sealAll } from "./chains.ts";
import { at, freshKit, type Kit, member, track } from "./kit.ts";

const count = (n: number) => Array.from({ length: n }, (_, index) => index + 1);
const waiting = (kit: Kit) => kit.query("SELECT FROM kit.audit_unsealed");
const started = (kit: Kit, pollMs: number, onError = (_error: Error): void => undefined) => {
  const sealing = startSealing(kit.db, { schema: track.schema, pollMs, onError });
  onTestFinished(() => sealing.stop());
  return sealing;
};

describe("one batch", () => {
  it("gives every tenant a chain of its own in the order of the log, 500 entries at a time", async () => {
    const kit = await freshKit();
    await fillLog(kit, "alpha", 700);
    await fillLog(kit, "beta", 503);
    const sealed = [];
    for (let batch = 0; batch < 4; batch += 1) sealed.push(await sealAuditBatch(kit.db, track.schema));
    expect(sealed).toEqual([500, 500, 203, 0]);
    for (const [tenant, size] of [["alpha", 700] as const, ["beta", 503] as const]) {
      const chain = await exported(kit, tenant);
      expect(chain.map(({ position }) => position)).toEqual(count(size));
      expect(chain.map(({ entry }) => entry?.details)).toEqual(count(size).map((n) => ({ n })));
      expect(await verifyChain(chain)).toMatchObject({ valid: true, verified: size });
    }
  });

  it("seals nothing while another one is at work, and does not wait for it", async () => {
    const kit = await freshKit();
    await recordEntries(kit, "alpha", 1);
    await kit.db.kysely.transaction().execute(async (trx) => {
      await sql`SELECT pg_advisory_xact_lock(hashtextextended('kit.audit sealing', 0))`.execute(trx);
      expect(await sealAuditBatch(kit.db, track.schema)).toBe(0);
    });
    expect(await sealAuditBatch(kit.db, track.schema)).toBe(1);
  });

  it("is undone as a whole when it fails, and done as a whole later", async () => {
    const kit = await freshKit();
    await recordEntries(kit, "alpha", 3);
    await kit.query("ALTER TABLE kit.audit_chain ADD CONSTRAINT broken CHECK (position < 3) NOT VALID");
    await expect(sealAuditBatch(kit.db, track.schema)).rejects.toMatchObject({ code: "23514" });
    expect([await waiting(kit), await exported(kit, "alpha")]).toMatchObject([{ length: 3 }, []]);
    await kit.query("ALTER TABLE kit.audit_chain DROP CONSTRAINT broken");
    expect(await sealAuditBatch(kit.db, track.schema)).toBe(3);
  });

  it("seals no entry twice, and all others, though word was left twice", async () => {
    const kit = await freshKit();
    await recordEntries(kit, "alpha", 1);
    await sealAll(kit);
    await kit.query("INSERT INTO kit.audit_unsealed SELECT tenant_id, id FROM kit.audit_log");
    await recordEntries(kit, "alpha", 1);
    await sealAll(kit);
    const chain = await exported(kit, "alpha");
    expect(chain.map(({ auditId }) => auditId)).toEqual(["1", "2"]);
  });

  it("seals an entry that is gone already as gone", async () => {
    const kit = await freshKit();
    await recordEntries(kit, "alpha", 3);
    await kit.query("DELETE FROM kit.audit_log WHERE id = 2");
    await sealAll(kit);
    const { firstBroken } = await verifyChain(await exported(kit, "alpha"));
    expect(firstBroken).toEqual({ position: 2, auditId: "2", reason: "entry_missing" });
  });

  it("seals what the database holds: numbers and texts that JavaScript would write otherwise", async () => {
    const kit = await freshKit();
    await recordEntries(kit, "alpha", 1, {
      details: { z: 1, a: [1e21, 1e-7, -0, 0.1, null, "é\u2028\n"], "": {}, __proto__x: true },
      reason: "“why”",
    });
    await kit.query("UPDATE kit.audit_log SET details = details || '{\"n\": 12345678901234567890.10}'");
    await sealAll(kit);
    expect(await verifyChain(await exported(kit, "alpha"))).toMatchObject({ valid: true, verified: 1 });
    await kit.query("UPDATE kit.audit_log SET details = details || '{\"n\": 12345678901234567891.10}'");
    expect((await verifyChain(await exported(kit, "alpha"))).firstBroken).toMatchObject({ position: 1, auditId: "1" });
  });
});

describe("sealing", () => {
  it("starts with what is there, and finds at the next poll what was committed since", async () => {
    const kit = await freshKit();
    await fillLog(kit, "alpha", 1203);
    started(kit, 20);
    await vi.waitFor(async () => expect(await waiting(kit)).toEqual([]), { timeout: 5_000 });
    await recordEntries({ db: kit.open() }, "beta", 2);
    await vi.waitFor(async () => expect(await waiting(kit)).toEqual([]), { timeout: 5_000 });
    expect([await exported(kit, "alpha"), await exported(kit, "beta")]).toMatchObject([
      { length: 1203 },
      { length: 2 },
    ]);
  });

  it("reports an error and works on at the next poll", async () => {
    const kit = await freshKit();
    const errors: Error[] = [];
    await kit.query("ALTER TABLE kit.audit_chain RENAME TO hidden");
    await recordEntries(kit, "alpha", 1);
    started(kit, 20, (error) => errors.push(error));
    await vi.waitFor(() => expect(errors[0]).toMatchObject({ code: "42P01" }));
    await kit.query("ALTER TABLE kit.hidden RENAME TO audit_chain");
    await vi.waitFor(async () => expect(await exported(kit, "alpha")).toHaveLength(1), { timeout: 5_000 });
  });
});

describe("with eight writers of three tenants whose commits overtake each other", () => {
  const perWriter = 25;
  const tenants = ["alpha", "beta", "gamma"];

  const write = async (kit: Kit, writer: number): Promise<void> => {
    for (const n of count(perWriter)) {
      const scope = member(tenants[(writer + n) % tenants.length] as string);
      await inTenant(kit.db, scope, async (trx) => {
        const event = { action: "note.added", resourceType: "note", resourceId: `${writer}-${n}`, details: { n } };
        await recordAudit(trx, scope, at, event);
        await delay(Math.random() * 8);
      });
    }
  };

  it("every chain is without gaps, valid, and holds the whole log once; two processes seal", async () => {
    const kit = await freshKit({ connectionsMax: 12 });
    started(kit, 2);
    started({ ...kit, db: kit.open() }, 1);
    await Promise.all(count(8).map((writer) => write(kit, writer)));
    await vi.waitFor(async () => expect(await waiting(kit)).toEqual([]), { timeout: 5_000 });
    const chains: SealedEntry[] = [];
    for (const tenant of tenants) {
      const chain = await exported(kit, tenant);
      expect(chain.map(({ position }) => position)).toEqual(count(chain.length));
      expect(await verifyChain(chain)).toMatchObject({ valid: true, verified: chain.length });
      chains.push(...chain);
    }
    const log = await kit.query<{ id: string; tenant_id: string; resource_id: string }>(
      "SELECT id, tenant_id, resource_id FROM kit.audit_log ORDER BY id",
    );
    expect(log).toHaveLength(8 * perWriter);
    const sealed = chains.map(({ auditId, tenant, entry }) => [auditId, tenant, entry?.resourceId]);
    const byId = (a: (string | undefined)[], b: (string | undefined)[]) => Number(a[0]) - Number(b[0]);
    expect(sealed.toSorted(byId)).toEqual(log.map(({ id, tenant_id, resource_id }) => [id, tenant_id, resource_id]));
  });
});

describe("a chain", () => {
  it.each([
    ["changed", sql`UPDATE audit_chain SET hash = ''`],
    ["deleted", sql`DELETE FROM audit_chain`],
    ["emptied", sql`TRUNCATE audit_chain`],
  ])("cannot be %s by the service", async (_how, statement) => {
    const kit = await freshKit();
    await recordEntries(kit, "alpha", 1);
    await sealAll(kit);
    const attempt = inTenant(kit.db, { ...member("alpha"), role: "service" }, (trx) => statement.execute(trx));
    await expect(attempt).rejects.toThrow("permission denied for table audit_chain");
    expect(await exported(kit, "alpha")).toHaveLength(1);
  });

  it("is its tenant's own to read, and nobody's to write but the service's", async () => {
    const kit = await freshKit();
    await recordEntries(kit, "alpha", 1);
    await sealAll(kit);
    expect(await exported(kit, "beta")).toEqual([]);
    const forged = inTenant(kit.db, member("alpha"), (trx) =>
      sql`INSERT INTO audit_chain VALUES ('alpha', 2, 2, '', '')`.execute(trx),
    );
    await expect(forged).rejects.toMatchObject({ code: "42501" });
    const unmarked = inTenant(kit.db, member("beta"), (trx) =>
      sql`INSERT INTO audit_unsealed VALUES ('alpha', 2)`.execute(trx),
    );
    await expect(unmarked).rejects.toMatchObject({ code: "42501" });
    const deleted = inTenant(kit.db, member("alpha"), (trx) => sql`DELETE FROM audit_unsealed`.execute(trx));
    expect((await deleted).numAffectedRows).toBe(0n);
  });
});
