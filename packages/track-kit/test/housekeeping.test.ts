import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { keepTrackHouse } from "../src/index.ts";
import { notes } from "./notes.ts";

const dayMs = 24 * 60 * 60 * 1000;

/** A service with a change in its feed and an idempotency key, and how its house is kept some days later. */
const aged = async (CHANGES_RETENTION_DAYS: string) => {
  const kit = await notes({ variables: { CHANGES_RETENTION_DAYS } });
  const acme = kit.admin("acme");
  await unwrap(acme.addNote({ body: { id: "one" } }, { idempotencyKey: "key" }));
  await expect.poll(async () => (await unwrap(acme.listNoteChanges())).changes.length).toBe(1);
  const keepHouse = (days: number) => keepTrackHouse({ ...kit.deps, now: () => new Date(Date.now() + days * dayMs) });
  return { ...kit, acme, keepHouse };
};

describe("what is kept of every service", () => {
  it("changes until CHANGES_RETENTION_DAYS are over", async () => {
    const { acme, keepHouse } = await aged("3");
    expect(await keepHouse(2.9)).toBe(0);
    expect(await acme.listNoteChanges()).toMatchObject({ ok: true });
    expect([await keepHouse(3.1), await keepHouse(3.1)]).toEqual([1, 0]);
    expect(await acme.listNoteChanges()).toBeProblem(410, "changes_gone");
  });

  it("changes for ever, if that is 0; idempotency keys until they expire", async () => {
    const { acme, keepHouse, database } = await aged("0");
    expect(await keepHouse(36_500)).toBe(0);
    await database.query("UPDATE kit.idempotency_keys SET expires_at = now() - interval '1 second'");
    expect([await keepHouse(0), await keepHouse(0)]).toEqual([1, 0]);
    expect(await unwrap(acme.listNoteChanges())).toMatchObject({ changes: [{ resourceId: "one" }] });
  });
});
