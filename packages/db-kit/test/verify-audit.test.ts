import { genesis } from "@nofx/audit-chain";
import { describe, expect, it } from "vitest";
import { listAudit } from "../src/audit-reads.ts";
import { type AuditVerificationOrder, verifyAudit } from "../src/verify-audit.ts";
import { exported, fillLog, recordEntries, sealAll } from "./chains.ts";
import { at, freshKit, type Kit, member } from "./kit.ts";

const verify = (kit: Kit, order: Partial<AuditVerificationOrder> = {}, tenant = "alpha") =>
  verifyAudit(kit.db, member(tenant), { from: 1, limit: 10_000, ...order });

const sealedKit = async (rows: number): Promise<Kit> => {
  const kit = await freshKit();
  await fillLog(kit, "alpha", rows);
  await sealAll(kit);
  return kit;
};

/** The sealed head at a position. */
const headAt = async (kit: Kit, position: number) => {
  const [head] = await kit.query<{ hash: string }>(
    "SELECT hash FROM kit.audit_chain WHERE tenant_id = 'alpha' AND position = $1",
    [position],
  );
  return { position, hash: head?.hash ?? "" };
};

describe("verifying an audit log", () => {
  it("holds of a log of nothing, and of one that is not sealed yet, and says how much waits", async () => {
    const kit = await freshKit();
    expect(await verify(kit)).toEqual({ valid: true, verified: 0, head: genesis, pending: 0 });
    await recordEntries(kit, "alpha", 3);
    await recordEntries(kit, "beta", 1);
    expect(await verify(kit)).toEqual({ valid: true, verified: 0, head: genesis, pending: 3 });
  });

  it("goes through a log of several batches", async () => {
    const kit = await sealedKit(2_300);
    expect(await verify(kit)).toEqual({ valid: true, verified: 2_300, head: await headAt(kit, 2_300), pending: 0 });
  });

  it("goes on from part to part, each of any size", async () => {
    const kit = await sealedKit(2_300);
    const parts = [];
    for (let from: number | undefined = 1; from !== undefined; ) {
      const part = await verify(kit, { from, limit: 1_150 });
      parts.push([part.valid, part.verified, part.next]);
      from = part.next;
    }
    // A part that ends with the log does not know yet that it did.
    expect(parts).toEqual([
      [true, 1_150, 1_151],
      [true, 1_150, 2_301],
      [true, 0, undefined],
    ]);
  });

  it("finds in its own part what was changed, and not in another one", async () => {
    const kit = await sealedKit(30);
    await kit.query("UPDATE kit.audit_log SET actor = 'x' WHERE id = 15");
    expect(await verify(kit, { limit: 14 })).toMatchObject({ valid: true, next: 15 });
    const part = await verify(kit, { from: 11, limit: 10 });
    expect(part).toMatchObject({ valid: false, verified: 4, head: await headAt(kit, 14) });
    expect(part.firstBroken).toMatchObject({ position: 15, auditId: "15", reason: "altered" });
    expect(await verify(kit, { from: 16 })).toMatchObject({ valid: true, verified: 15 });
  });

  it("cannot begin behind the end", async () => {
    const kit = await sealedKit(3);
    expect(await verify(kit, { from: 4 })).toMatchObject({ valid: true, verified: 0, head: await headAt(kit, 3) });
    const behind = await verify(kit, { from: 5 });
    expect(behind).toMatchObject({ valid: false, firstBroken: { position: 4, reason: "missing" } });
  });

  it("compares with a kept head, wherever the part is", async () => {
    const kit = await sealedKit(30);
    const kept = await headAt(kit, 20);
    for (const from of [1, 21, 25])
      expect(await verify(kit, { from, checkpoint: kept })).toMatchObject({ valid: true });
    const checkpoint = { position: 20, hash: genesis.hash };
    const { valid, firstBroken } = await verify(kit, { checkpoint });
    expect({ valid, firstBroken }).toEqual({
      valid: false,
      firstBroken: {
        position: 20,
        auditId: "20",
        reason: "checkpoint_mismatch",
        expected: genesis.hash,
        found: kept.hash,
      },
    });
    await kit.query("DELETE FROM kit.audit_chain WHERE position > 19");
    await kit.query("DELETE FROM kit.audit_log WHERE id > 19");
    expect(await verify(kit)).toMatchObject({ valid: true, verified: 19 });
    const cut = { position: 20, reason: "checkpoint_mismatch", expected: kept.hash };
    expect((await verify(kit, { checkpoint: kept })).firstBroken).toEqual(cut);
  });

  it.each([
    ["at the end", "1000"],
    ["in the middle", "15"],
    ["before everything", "-5"],
  ])("finds an entry that was put into the log beside the chain, %s", async (_where, id) => {
    const kit = await freshKit();
    await fillLog(kit, "alpha", 30);
    await kit.query("DELETE FROM kit.audit_unsealed WHERE audit_id = 15");
    await kit.query("DELETE FROM kit.audit_log WHERE id = 15");
    await sealAll(kit);
    expect(await verify(kit)).toMatchObject({ valid: true, verified: 29 });
    await kit.query(
      `INSERT INTO kit.audit_log (tenant_id, id, at, actor, action, resource_type, resource_id, correlation_id)
       OVERRIDING SYSTEM VALUE VALUES ('alpha', $1, now(), 'x', 'x', 'x', 'x', 'x')`,
      [id],
    );
    const report = await verify(kit);
    expect(report).toMatchObject({ valid: false, firstBroken: { auditId: id, reason: "not_sealed" } });
    let found: string | undefined;
    for (let from: number | undefined = 1; from !== undefined; ) {
      const part = await verify(kit, { from, limit: 7 });
      found ??= part.firstBroken?.auditId;
      from = part.next;
    }
    expect(found).toBe(id);
  });
});

describe("listing an audit log", () => {
  it("gives entries newest first, with their seals once they have them", async () => {
    const kit = await freshKit();
    await recordEntries(kit, "alpha", 2);
    await sealAll(kit);
    await recordEntries(kit, "alpha", 1, { resourceId: "late" });
    const list = await listAudit(kit.db, member("alpha"), {}, { before: undefined, limit: 10 });
    const [first, second] = await exported(kit, "alpha");
    const seals = [second, first].map(
      (sealed) => sealed && { position: sealed.position, previousHash: sealed.previousHash, hash: sealed.hash },
    );
    expect(list.map(({ resourceId, seal }) => [resourceId, seal])).toEqual([
      ["late", undefined],
      ["note-2", seals[0]],
      ["note-1", seals[1]],
    ]);
    const before = { at: at.toISOString(), id: "2" };
    expect(await listAudit(kit.db, member("alpha"), {}, { before, limit: 10 })).toMatchObject([{ id: "1" }]);
  });
});
