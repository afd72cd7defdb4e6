import { hashOf, type SealedEntry } from "@nofx/audit-chain";
import { unwrap } from "@nofx/client";
import type { AuditSeal } from "@nofx/contract-kit";
import type { AuditEntry } from "@nofx/contract-registry";
import { describe, expect, it } from "vitest";
import { exportText, publishSealed, verifyOffline, wholeLog } from "./audit-log.ts";
import { preparedRegistry } from "./prepared-registry.ts";
import { registry } from "./registry.ts";

type Sealed = AuditEntry & { readonly seal: AuditSeal };

/** What an attacker knows: the entry at position 5, the one behind it, and the hash before it. */
interface Target {
  readonly victim: Sealed;
  readonly next: Sealed;
  readonly forge: (change: Partial<AuditEntry>, seal?: Partial<AuditSeal>) => string;
}

/** Seals anew, as an attacker would who knows how it is done. */
const forgeOf =
  ({ seal, ...victim }: Sealed): Target["forge"] =>
  (change, elsewhere = {}) => {
    const entry = { ...victim, ...change };
    const sealed: Omit<SealedEntry, "hash"> = { ...seal, ...elsewhere, tenant: "acme", auditId: entry.id, entry };
    return hashOf(sealed);
  };

const zeros = `sha256:${"0".repeat(64)}`;
/** Moves the places from one on by `by`; in two steps, because places are unique at every moment. */
const shift = (from: number, by: number) =>
  `UPDATE audit_chain SET position = position + 1000 WHERE tenant_id = 'acme' AND position >= ${from};
   UPDATE audit_chain SET position = position - 1000 + ${by} WHERE tenant_id = 'acme' AND position >= 1000;`;
const update = (set: string) => (t: Target) => `UPDATE audit_log SET ${set} WHERE id = ${t.victim.id};`;
const copyAs9999 = (t: Target) =>
  `INSERT INTO audit_log OVERRIDING SYSTEM VALUE
   SELECT tenant_id, 9999, at, 'intruder', action, resource_type, resource_id, version, reason, details, correlation_id, change_id
   FROM audit_log WHERE id = ${t.victim.id};`;
const sealAs5 = (previousHash: string, hash: string) =>
  `INSERT INTO audit_chain VALUES ('acme', 5, 9999, '${previousHash}', '${hash}');`;
const intruder = { id: "9999", actor: "intruder" };

/** What somebody who may do everything does to the database → what is said of position 5. `id`: by default the victim's. */
type Attack = readonly [
  what: string,
  sql: (t: Target) => string,
  expected: { reason: string; id?: (t: Target) => string },
];

const columns: Attack[] = [
  ["at", update("at = at + interval '1 ms'"), { reason: "altered" }],
  ["at, to no time at all", update("at = 'infinity'"), { reason: "altered" }],
  ["actor", update("actor = actor || ' '"), { reason: "altered" }],
  ["action", update("action = 'agent.rolled_back'"), { reason: "altered" }],
  ["resource_type", update("resource_type = 'Agent'"), { reason: "altered" }],
  ["resource_id", update("resource_id = 'greeter2'"), { reason: "altered" }],
  ["version", update("version = '9.9.9'"), { reason: "altered" }],
  ["version, to nothing", update("version = NULL"), { reason: "altered" }],
  ["reason", update("reason = ''"), { reason: "altered" }],
  ["details", update(`details = details || '{"visibility": "public"}'`), { reason: "altered" }],
  ["correlation_id", update("correlation_id = 'x'"), { reason: "altered" }],
  ["change_id", update("change_id = gen_random_uuid()"), { reason: "altered" }],
  ["change_id, to nothing", update("change_id = NULL"), { reason: "altered" }],
  ["id", update("id = DEFAULT"), { reason: "entry_missing" }],
  ["tenant_id", update("tenant_id = 'globex'"), { reason: "entry_missing" }],
];

const attacks: Attack[] = [
  ["an entry is deleted", (t) => `DELETE FROM audit_log WHERE id = ${t.victim.id};`, { reason: "entry_missing" }],
  [
    "an entry is deleted with its seal",
    (t) =>
      `DELETE FROM audit_log WHERE id = ${t.victim.id}; DELETE FROM audit_chain WHERE position = 5 AND tenant_id = 'acme';`,
    { reason: "missing", id: () => "unknown" },
  ],
  [
    "an entry is deleted with its seal, and the others move up",
    (t) =>
      `DELETE FROM audit_log WHERE id = ${t.victim.id}; DELETE FROM audit_chain WHERE position = 5 AND tenant_id = 'acme'; ${shift(6, -1)}`,
    { reason: "missing", id: () => "unknown" },
  ],
  [
    "an entry is put in with a right link, and the others move down",
    (t) => `${shift(5, 1)} ${copyAs9999(t)} ${sealAs5(t.victim.seal.previousHash, t.forge(intruder))}`,
    { reason: "inserted", id: () => "9999" },
  ],
  [
    "an entry is put in with a forged link, and the others move down",
    (t) => `${shift(5, 1)} ${copyAs9999(t)} ${sealAs5(zeros, t.forge(intruder))}`,
    { reason: "altered", id: () => "9999" },
  ],
  [
    "two entries change places",
    (t) =>
      `UPDATE audit_chain SET audit_id = 8888 WHERE audit_id = ${t.next.id};
       UPDATE audit_chain SET audit_id = ${t.next.id} WHERE audit_id = ${t.victim.id};
       UPDATE audit_chain SET audit_id = ${t.victim.id} WHERE audit_id = 8888;`,
    { reason: "altered", id: (t) => t.next.id },
  ],
  [
    "two entries exchange what they say",
    (t) =>
      `UPDATE audit_log a SET version = b.version, details = b.details, change_id = b.change_id, at = b.at, correlation_id = b.correlation_id
       FROM audit_log b WHERE a.id IN (${t.victim.id}, ${t.next.id}) AND b.id IN (${t.victim.id}, ${t.next.id}) AND a.id <> b.id;`,
    { reason: "altered" },
  ],
  [
    "a hash of the chain is changed",
    (t) => `UPDATE audit_chain SET hash = '${zeros}' WHERE audit_id = ${t.victim.id};`,
    { reason: "altered" },
  ],
  [
    "a previous hash of the chain is changed",
    (t) => `UPDATE audit_chain SET previous_hash = '${zeros}' WHERE audit_id = ${t.victim.id};`,
    { reason: "altered" },
  ],
  [
    "an entry is changed and sealed anew",
    (t) =>
      `UPDATE audit_log SET actor = 'nobody' WHERE id = ${t.victim.id};
       UPDATE audit_chain SET hash = '${t.forge({ actor: "nobody" })}' WHERE audit_id = ${t.victim.id};`,
    { reason: "rewritten" },
  ],
];

const withSealed = preparedRegistry((world) => publishSealed(world, 6));
/** A registry with eight sealed entries of acme's. */
const audited = async () => {
  const { world, prepared } = await withSealed();
  return { ...world, admin: world.as(prepared) };
};

/** Acme's entries, and how a superuser gets past the triggers. */
const attacked = async (sql: (t: Target) => string) => {
  const world = await audited();
  const log = (await wholeLog(world.admin)) as Sealed[];
  const [victim, next] = log.slice(4) as [Sealed, Sealed];
  const target = { victim, next, forge: forgeOf(victim) };
  const script = `SET session_replication_role = replica; SET search_path = registry; ${sql(target)}`;
  await world.database.query(script);
  return { ...world, log, target };
};

describe("verifyAudit, and the offline verifier on an export,", () => {
  it.each([...columns.map(([column, ...rest]) => [`a change of ${column}`, ...rest] as const), ...attacks])(
    "name exactly the entry that it happened to: %s",
    async (_what, sql, { reason, id = (t) => t.victim.id }) => {
      const { admin, target } = await attacked(sql);
      const auditId = id(target);
      const report = await unwrap(admin.verifyAudit());
      expect(report).toMatchObject({ valid: false, verified: 4, head: { position: 4 } });
      const { position, reason: said, auditId: named = "unknown" } = report.firstBroken ?? {};
      expect({ position, reason: said, auditId: named }).toEqual({ position: 5, reason, auditId });
      const { code, out } = await verifyOffline(await exportText(admin));
      expect([code, out.split("\n")[0]]).toEqual([1, `BROKEN: position 5, id ${auditId}, reason ${reason}`]);
    },
  );

  it("find with a kept head, and only with it, that the end was cut off", async () => {
    const cut =
      "DELETE FROM audit_log WHERE tenant_id = 'acme' AND version > '1.3.0'; DELETE FROM audit_chain WHERE tenant_id = 'acme' AND position > 6;";
    const { admin, log } = await attacked(() => cut);
    const head = log.at(-1)?.seal ?? { position: 0, hash: "" };
    expect(await unwrap(admin.verifyAudit())).toMatchObject({ valid: true, verified: 6 });
    const firstBroken = { position: 8, reason: "checkpoint_mismatch", expected: head.hash };
    const report = await unwrap(admin.verifyAudit({ position: head.position, hash: head.hash }));
    expect(report).toMatchObject({ valid: false, verified: 6, firstBroken });
    const { code, out } = await verifyOffline(await exportText(admin), `8:${head.hash}`);
    expect([code, out.split("\n")[0]]).toEqual([1, "BROKEN: position 8, id unknown, reason checkpoint_mismatch"]);
  });
});

describe("verifyAudit", () => {
  it("200: holds of what nobody touched, also in parts, and with any head that was kept", async () => {
    const { admin } = await audited();
    const log = (await wholeLog(admin)) as Sealed[];
    const head = { position: 8, hash: log[7]?.seal.hash };
    expect(await unwrap(admin.verifyAudit())).toEqual({ valid: true, verified: 8, head, pending: 0 });
    const part = await unwrap(admin.verifyAudit({ limit: 5 }));
    expect(part).toMatchObject({ valid: true, verified: 5, head: { position: 5 }, next: 6 });
    expect(await unwrap(admin.verifyAudit({ from: 6 }))).toEqual({ valid: true, verified: 3, head, pending: 0 });
    for (const { seal } of log)
      expect(await unwrap(admin.verifyAudit({ position: seal.position, hash: seal.hash }))).toMatchObject({
        valid: true,
      });
  });

  it("finds an entry that was put into the log beside the chain", async () => {
    const { admin } = await attacked(copyAs9999);
    const { valid, firstBroken } = await unwrap(admin.verifyAudit());
    expect([valid, firstBroken]).toEqual([false, { auditId: "9999", reason: "not_sealed" }]);
  });

  it("another tenant's log holds whatever was done to one's own", async () => {
    const { as, given } = await attacked(update("actor = 'nobody'"));
    expect(await unwrap(as(await given.admin("globex")).verifyAudit())).toMatchObject({ valid: true });
  });

  it("400 for half a head, and for what is none", async () => {
    const { as, given } = await registry();
    const admin = as(await given.admin("acme"));
    expect(await admin.verifyAudit({ position: 1 })).toBeProblem(400, "request_invalid");
    expect(await admin.verifyAudit({ hash: zeros })).toBeProblem(400, "request_invalid");
    expect(await admin.verifyAudit({ position: 0, hash: "abc", from: 0, limit: 0 })).toBeProblem(
      400,
      "request_invalid",
    );
  });
});

describe("the audit log and its chain", () => {
  it.each([
    ["changed", "UPDATE audit_log SET actor = 'nobody'", "UPDATE audit_chain SET hash = previous_hash"],
    ["deleted", "DELETE FROM audit_log", "DELETE FROM audit_chain"],
    ["emptied", "TRUNCATE audit_log", "TRUNCATE audit_chain"],
  ])("cannot be %s: not by the service, and not by a superuser in passing", async (_how, log, chain) => {
    const { deps, database } = await registry();
    for (const statement of [log, chain]) {
      await expect(deps.db.pool.query(statement)).rejects.toThrow(/permission denied/);
      const asOwner = database.query(`SET search_path = registry; ${statement}`);
      await expect(asOwner).rejects.toThrow(/audit_(log|chain) is append-only/);
    }
  });
});
