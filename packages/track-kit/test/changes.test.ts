import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { notes } from "./notes.ts";
import { tokenOf } from "./notes-service.ts";

const idsOf = ({ changes }: { changes: readonly { resourceId: string }[] }) =>
  changes.map(({ resourceId }) => resourceId);

describe("the change feed of a service", () => {
  it("tells a tenant of its own and of public changes, in order; pass `next` back to go on", async () => {
    const kit = await notes();
    const acme = kit.admin("acme");
    await unwrap(acme.addNote({ body: { id: "own" } }));
    await unwrap(kit.admin("globex").addNote({ body: { id: "hidden" } }));
    await unwrap(kit.admin("globex").addNote({ body: { id: "open", visibility: "public" } }));
    await expect.poll(async () => idsOf(await unwrap(acme.listNoteChanges()))).toEqual(["own", "open"]);
    const first = await unwrap(acme.listNoteChanges({ limit: 1 }));
    expect(first.changes).toMatchObject([{ type: "note.added", tenant: "acme", cursor: first.next }]);
    expect(idsOf(await unwrap(acme.listNoteChanges({ after: first.next })))).toEqual(["open"]);
    expect(idsOf(await unwrap(kit.anonymous.listNoteChanges()))).toEqual(["open"]);
  });

  it("keeps who waits waiting until there is a change", async () => {
    const kit = await notes();
    const acme = kit.admin("acme");
    const { next: after } = await unwrap(acme.listNoteChanges({ from: "now" }));
    const waiting = unwrap(acme.listNoteChanges({ after, wait: 30 }));
    await unwrap(acme.addNote({ body: { id: "late" } }));
    expect(idsOf(await waiting)).toEqual(["late"]);
  });

  it("is 400 cursor_invalid for garbage, and 410 changes_gone for a cursor from before a restore", async () => {
    const { operator, anonymous, database } = await notes();
    const { next: after } = await unwrap(anonymous.listNoteChanges());
    const { epoch } = await unwrap(operator.renewNoteFeedEpoch({ body: { reason: "restored" } }));
    expect(await anonymous.listNoteChanges({ after: "garbage" })).toBeProblem(400, "cursor_invalid");
    expect(await anonymous.listNoteChanges({ after })).toBeProblem(410, "changes_gone");
    expect((await unwrap(anonymous.listNoteChanges())).next).toMatch(new RegExp(`^${epoch}:`));
    expect(await database.query("SELECT action, reason, details FROM kit.audit_log")).toEqual([
      { action: "feed.epoch_renewed", reason: "restored", details: { epoch } },
    ]);
  });

  it("gets a new epoch from the operator only", async () => {
    const { admin, anonymous } = await notes();
    const body = { reason: "because" };
    expect(await anonymous.renewNoteFeedEpoch({ body })).toBeProblem(401, "unauthenticated");
    expect(await admin("acme").renewNoteFeedEpoch({ body })).toBeProblem(403, "forbidden");
  });
});

describe("the change feed as a stream of events", () => {
  const stream = async () => {
    const kit = await notes();
    const url = `${await kit.listen()}/api/notes/changes`;
    const headers = { accept: "text/event-stream", authorization: `Bearer ${tokenOf("admin", "acme")}` };
    return { ...kit, open: (query = "", more = {}) => fetch(url + query, { headers: { ...headers, ...more } }) };
  };

  it("gives what was there and what happens, each with its cursor as id, and `gone` at the end of the epoch", async () => {
    const { open, admin, operator } = await stream();
    const acme = admin("acme");
    await unwrap(acme.addNote({ body: { id: "before" } }));
    await expect.poll(async () => idsOf(await unwrap(acme.listNoteChanges()))).toEqual(["before"]);
    const response = await open();
    await unwrap(acme.addNote({ body: { id: "after" } }));
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    const readUntil = async (isEnough: () => boolean): Promise<void> => {
      while (!isEnough()) {
        const { value, done } = (await reader?.read()) ?? { done: true };
        if (done) return;
        text += value;
      }
    };
    // What the stream has not told when the epoch ends, it does not tell any more.
    await readUntil(() => text.includes('"after"'));
    const { changes } = await unwrap(acme.listNoteChanges());
    expect(idsOf({ changes })).toEqual(["before", "after"]);
    await unwrap(operator.renewNoteFeedEpoch({ body: { reason: "restored" } }));
    await readUntil(() => false);
    const events = text.split("\n\n");
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(events[0]).toBe("retry: 2000");
    for (const { cursor, ...change } of changes) {
      const event = events.find((text) => text.startsWith(`id: ${cursor}\nevent: change\n`));
      expect(JSON.parse(event?.split("data: ")[1] ?? "")).toEqual({ cursor, ...change });
    }
    const gone = events.find((text) => text.startsWith("event: gone\n"));
    expect(JSON.parse(gone?.split("data: ")[1] ?? "")).toMatchObject({ code: "changes_gone", status: 410 });
  });

  it("goes on behind Last-Event-ID; a place that would miss changes is a problem before it begins", async () => {
    const { open, admin, operator } = await stream();
    const acme = admin("acme");
    for (const id of ["one", "two"]) await unwrap(acme.addNote({ body: { id } }));
    await expect.poll(async () => idsOf(await unwrap(acme.listNoteChanges()))).toEqual(["one", "two"]);
    const { next } = await unwrap(acme.listNoteChanges({ limit: 1 }));
    const response = await open("?after=garbage", { "last-event-id": next });
    await unwrap(operator.renewNoteFeedEpoch({ body: { reason: "restored" } }));
    const text = await response.text();
    expect([text.includes('"one"'), text.includes('"two"')]).toEqual([false, true]);
    expect([(await open("?after=garbage")).status, (await open(`?after=${next}`)).status]).toEqual([400, 410]);
  });
});
