import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { notes } from "./notes.ts";

/** A tenant with three entries, sealed. */
const world = async () => {
  const kit = await notes();
  const admin = kit.admin("acme");
  for (const id of ["a", "b", "c"]) await unwrap(admin.addNote({ body: { id } }));
  await unwrap(kit.admin("globex").addNote({ body: { id: "hidden" } }));
  await expect.poll(async () => (await unwrap(admin.verifyNoteAudit())).verified).toBe(3);
  return { ...kit, admin };
};
const idsOf = ({ entries }: { entries: readonly { resourceId: string }[] }) =>
  entries.map(({ resourceId }) => resourceId);

describe("the audit log of a service", () => {
  it("is listed newest first, page by page, without other tenants' entries", async () => {
    const { admin } = await world();
    const first = await unwrap(admin.listNoteAudit({ limit: 2 }));
    const { nextCursor: cursor } = first;
    const second = await unwrap(admin.listNoteAudit({ limit: 2, cursor }));
    expect([idsOf(first), idsOf(second), second.nextCursor]).toEqual([["c", "b"], ["a"], undefined]);
    expect(first.entries[0]).toMatchObject({ action: "note.added", actor: "admin@acme", seal: { position: 3 } });
  });

  it("shows the entries to which all filters apply; 400 cursor_invalid for a cursor of other filters", async () => {
    const { admin } = await world();
    expect(idsOf(await unwrap(admin.listNoteAudit({ resourceType: "note", resourceId: "b" })))).toEqual(["b"]);
    const { nextCursor: cursor } = await unwrap(admin.listNoteAudit({ limit: 1 }));
    expect(await admin.listNoteAudit({ limit: 1, cursor, action: "note.added" })).toBeProblem(400, "cursor_invalid");
  });

  it("is verified, also against a head that was kept", async () => {
    const { admin, database } = await world();
    const { head } = await unwrap(admin.verifyNoteAudit());
    expect(await unwrap(admin.verifyNoteAudit({ ...head, from: 2 }))).toMatchObject({ valid: true, verified: 2 });
    await database.query("UPDATE kit.audit_log SET actor = 'mallory' WHERE resource_id = 'b'");
    const broken = { valid: false, verified: 1, firstBroken: { position: 2, reason: "altered" } };
    expect(await unwrap(admin.verifyNoteAudit())).toMatchObject(broken);
    const other = { position: 3, hash: `sha256:${"00".repeat(32)}`, from: 3 };
    expect(await unwrap(admin.verifyNoteAudit(other))).toMatchObject({
      firstBroken: { reason: "checkpoint_mismatch" },
    });
  });

  it("is exported line by line in the order of the chain, as a file of the tenant's name", async () => {
    const { admin } = await world();
    const result = await admin.exportNoteAudit();
    if (!result.ok) throw new Error(result.problem.title);
    const lines = new TextDecoder().decode(result.body).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { position: 1, entry: { resourceId: "a" } },
      { position: 2, entry: { resourceId: "b" } },
      { position: 3, entry: { resourceId: "c" } },
    ]);
    expect(result.headers.get("content-type")).toBe("application/x-ndjson");
    expect(result.headers.get("content-disposition")).toBe('attachment; filename="audit-acme.ndjson"');
  });

  it("of a tenant to whom nothing has happened is empty", async () => {
    const { admin } = await notes();
    const nobody = admin("nobody");
    expect((await unwrap(nobody.exportNoteAudit())).length).toBe(0);
    expect(await unwrap(nobody.verifyNoteAudit())).toMatchObject({ valid: true, verified: 0 });
  });

  it("is 401 unauthenticated without a token and 403 forbidden without the scope", async () => {
    const { anonymous, publisher } = await notes();
    for (const id of ["listNoteAudit", "verifyNoteAudit", "exportNoteAudit"] as const) {
      expect(await anonymous[id]()).toBeProblem(401, "unauthenticated");
      expect(await publisher("acme")[id]()).toBeProblem(403, "forbidden");
    }
  });
});
