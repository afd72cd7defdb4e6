import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { allInFeed } from "./feed.ts";
import { registry } from "./registry.ts";

const body = { reason: "Restored the backup of last night" };

describe("renewFeedEpoch", () => {
  it("200: no cursor of before is good any more, changes stay, and who did it why is in the audit log", async () => {
    const { as, given, operator, database } = await registry();
    const alice = as(await given.publisher());
    await allInFeed({ database });
    const before = await unwrap(alice.listChanges({ from: "now" }));
    const { epoch } = await unwrap(operator.renewFeedEpoch({ body }));
    expect(await alice.listChanges({ after: before.next })).toBeProblem(410, "changes_gone");
    const after = await unwrap(alice.listChanges({ from: "now" }));
    expect(after.next.split(":")).toEqual([epoch, before.next.split(":")[1]]);
    expect((await unwrap(alice.listChanges())).changes.length).toBeGreaterThan(0);
    const audit = "SELECT actor, reason, details FROM registry.audit_log WHERE action = 'feed.epoch_renewed'";
    expect(await database.query(audit)).toEqual([{ actor: "operator", ...body, details: { epoch } }]);
  });

  it("once for one Idempotency-Key", async () => {
    const { operator } = await registry();
    const call = () => unwrap(operator.renewFeedEpoch({ body }, { idempotencyKey: "restore-1" }));
    expect(await call()).toEqual(await call());
    expect(await unwrap(operator.renewFeedEpoch({ body }))).not.toEqual(await call());
  });

  it("wakes and turns away a reader that waits", async () => {
    const { anonymous, operator } = await registry();
    const { next } = await unwrap(anonymous.listChanges({ from: "now" }));
    const waiting = anonymous.listChanges({ after: next, wait: 20 });
    await unwrap(operator.renewFeedEpoch({ body }));
    expect(await waiting).toBeProblem(410, "changes_gone");
  });
});
