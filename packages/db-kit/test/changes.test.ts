import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatPosition, parsePosition, readChanges } from "../src/changes.ts";
import { recordEvent, type StateEvent } from "../src/event.ts";
import { sequenceBatch } from "../src/sequencer.ts";
import { inTenant } from "../src/tenant.ts";
import { at, everybody, freshKit, type Kit, member, track } from "./kit.ts";

const record = (kit: Kit, tenantId: string, event: Partial<StateEvent> = {}) =>
  inTenant(kit.db, member(tenantId), (trx) =>
    recordEvent(trx, member(tenantId), at, {
      type: "note.added",
      visibility: "private",
      resourceType: "note",
      resourceId: "one",
      ...event,
    }),
  );

/** Six changes at positions 1 to 6. */
const withFeed = async (): Promise<Kit> => {
  const kit = await freshKit();
  await record(kit, "alpha", { resourceId: "a1" });
  await record(kit, "beta", { resourceId: "b1" });
  await record(kit, "beta", { resourceId: "b2", visibility: "public" });
  await record(kit, "alpha", { resourceId: "a2" });
  await record(kit, "beta", { resourceId: "b3" });
  await record(kit, "beta", { resourceId: "b4" });
  await sequenceBatch(kit.db, track.schema);
  // Ids that sort the other way round: only the position counts.
  await kit.query("UPDATE kit.changes SET change_id = lpad((99 - position)::text, 32, '0')::uuid");
  return kit;
};

const page = async (kit: Kit, scope: Parameters<typeof readChanges>[1], after: bigint, limit: number) => {
  const { rows, position } = await readChanges(kit.db, scope, after, limit);
  return { ids: rows.map((row) => row.resource_id), position };
};

describe("the feed", () => {
  it("carries everything that a change says", async () => {
    const kit = await freshKit();
    const id = await record(kit, "alpha", { version: "1.2.3", data: { deep: [1] }, visibility: "public" });
    await sequenceBatch(kit.db, track.schema);
    const { rows, epoch } = await readChanges(kit.db, member("alpha"), 0n, 10);
    expect(rows).toMatchObject([
      {
        change_id: id,
        position: "1",
        tenant_id: "alpha",
        visibility: "public",
        type: "note.added",
        resource_type: "note",
        resource_id: "one",
        version: "1.2.3",
        data: { deep: [1] },
        at,
        correlation_id: "request-of-alpha",
      },
    ]);
    expect(await kit.query("SELECT epoch FROM kit.feed")).toEqual([{ epoch }]);
  });

  it("shows a tenant its own and public changes, and the service all", async () => {
    const kit = await withFeed();
    expect(await page(kit, member("alpha"), 0n, 10)).toEqual({ ids: ["a1", "b2", "a2"], position: 6n });
    expect(await page(kit, member("gamma"), 0n, 10)).toEqual({ ids: ["b2"], position: 6n });
    expect(await page(kit, everybody, 0n, 10)).toEqual({ ids: ["a1", "b1", "b2", "a2", "b3", "b4"], position: 6n });
  });

  it("moves the reader past rows that are hidden from it, but never past a row on the next page", async () => {
    const kit = await withFeed();
    expect(await page(kit, member("alpha"), 0n, 2)).toEqual({ ids: ["a1", "b2"], position: 3n });
    expect(await page(kit, member("alpha"), 3n, 1)).toEqual({ ids: ["a2"], position: 4n });
    expect(await page(kit, member("alpha"), 4n, 10)).toEqual({ ids: [], position: 6n });
    expect(await page(kit, member("alpha"), 6n, 10)).toEqual({ ids: [], position: 6n });
  });

  it("never moves a reader back", async () => {
    const kit = await withFeed();
    expect(await page(kit, member("alpha"), 99n, 10)).toEqual({ ids: [], position: 99n });
  });

  it("begins at position 0 when nothing has happened", async () => {
    expect(await page(await freshKit(), member("alpha"), 0n, 10)).toEqual({ ids: [], position: 0n });
  });

  it("does not show what the sequencer has not placed yet", async () => {
    const kit = await withFeed();
    await record(kit, "alpha", { resourceId: "later" });
    expect(await page(kit, member("alpha"), 6n, 10)).toEqual({ ids: [], position: 6n });
  });

  it("takes no change in another tenant's name", async () => {
    const kit = await freshKit();
    const forged = inTenant(kit.db, member("beta"), (trx) =>
      recordEvent(trx, member("alpha"), at, {
        type: "note.added",
        visibility: "public",
        resourceType: "note",
        resourceId: "one",
      }),
    );
    await expect(forged).rejects.toMatchObject({ code: "42501" });
  });

  it("takes a change of another's resource where a policy lets it, as that tenant's; the audit entry is the caller's", async () => {
    const kit = await freshKit();
    await kit.query("CREATE POLICY told ON kit.outbox FOR INSERT WITH CHECK (type = 'note.praised')");
    const id = await record(kit, "beta", { type: "note.praised", owner: "alpha" });
    await expect(record(kit, "beta", { owner: "alpha" })).rejects.toMatchObject({ code: "42501" });
    await sequenceBatch(kit.db, track.schema);
    const { rows } = await readChanges(kit.db, member("alpha"), 0n, 10);
    expect(rows).toMatchObject([{ change_id: id, tenant_id: "alpha" }]);
    expect((await page(kit, member("beta"), 0n, 10)).ids).toEqual([]);
    expect(await kit.query("SELECT tenant_id, change_id FROM kit.audit_log")).toEqual([
      { tenant_id: "beta", change_id: id },
    ]);
  });

  it("says that the schema is not migrated when the feed has no state", async () => {
    const kit = await freshKit();
    await kit.query("DELETE FROM kit.feed");
    await expect(readChanges(kit.db, everybody, 0n, 10)).rejects.toThrow("not migrated");
  });
});

describe("a feed position as text", () => {
  it("reads back as it was written, whatever the epoch and position", () => {
    const epoch = fc.uuid();
    const position = fc.bigInt({ min: 0n, max: 999_999_999_999_999_999n });
    fc.assert(
      fc.property(epoch, position, (epoch, position) => {
        expect(parsePosition(formatPosition({ epoch, position }))).toEqual({ epoch, position });
      }),
    );
  });

  it("is undefined for anything else, and never an error", () => {
    const strange = ["", ":", "e:", ":1", "e:-1", "e:1.5", "e:1e3", "e f:1", "e:1:2", "e:1\n", `e:${"9".repeat(19)}`];
    expect(strange.map(parsePosition)).toEqual(strange.map(() => undefined));
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const parsed = parsePosition(text);
        if (parsed) expect(formatPosition(parsed)).toBe(text);
      }),
    );
  });
});
