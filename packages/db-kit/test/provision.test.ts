import { describe, expect, inject, it, onTestFinished } from "vitest";
import { asRole } from "../src/connection-string.ts";
import { openDatabase } from "../src/database.ts";
import { assertLeastPrivilege } from "../src/least-privilege.ts";
import { ensureDatabase, provisionRole } from "../src/provision.ts";
import { asAdmin, freshDatabase, freshKit, onDatabase, template } from "./kit.ts";

const serverUrl = (): string => inject("serverUrl");

let roles = 0;
/** A role's name that nobody has, dropped after the test. */
const freshRole = (): string => {
  roles += 1;
  const role = `Role "${process.pid}" ${roles}`;
  onTestFinished(() =>
    asAdmin(serverUrl(), (client) => client.query(`DROP ROLE IF EXISTS ${quoted(role)}`)).then(() => {}),
  );
  return role;
};

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const logIn = (role: string, password: string) =>
  asAdmin(asRole(onDatabase(serverUrl(), template), role, password), async (client) => {
    const { rows } = await client.query(`
      SELECT session_user AS role, current_setting('search_path') AS search_path,
             current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
             current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('TimeZone') AS zone`);
    return rows[0];
  });

const settings = { search_path: '"Some Schema"', statement: "10s", lock: "5s", idle: "15s", zone: "UTC" };

describe("provisioning a service's role", () => {
  it("makes a role that logs in, with its schema and its limits in every session", async () => {
    const role = freshRole();
    const password = "it's \\ a @ secret/?";
    await provisionRole(serverUrl(), { role, password, schema: "Some Schema" });
    expect(await logIn(role, password)).toEqual({ role, ...settings });
  });

  it("sets the password anew, and the old one is refused", async () => {
    const role = freshRole();
    await provisionRole(serverUrl(), { role, password: "old", schema: "first" });
    await provisionRole(serverUrl(), { role, password: "new", schema: "Some Schema" });
    expect(await logIn(role, "new")).toEqual({ role, ...settings });
    await expect(logIn(role, "old")).rejects.toMatchObject({ code: "28P01" });
  });

  it("makes a role without any privilege of its own", async () => {
    const role = freshRole();
    await provisionRole(serverUrl(), { role, password: "x", schema: "kit" });
    const attempt = asAdmin(asRole(onDatabase(serverUrl(), template), role, "x"), (client) =>
      client.query("CREATE TABLE public.mine (n int)"),
    );
    await expect(attempt).rejects.toMatchObject({ code: "42501" });
  });

  it("fails without leaving a connection when the account may not create roles", async () => {
    const role = freshRole();
    await provisionRole(serverUrl(), { role, password: "x", schema: "kit" });
    const url = asRole(onDatabase(serverUrl(), template), role, "x");
    await expect(provisionRole(url, { role: freshRole(), password: "x", schema: "kit" })).rejects.toMatchObject({
      code: "42501",
    });
  });
});

describe("a database that must be there", () => {
  it("is made if it is not, and kept if it is", async () => {
    const name = `kit-${process.pid} "ensured"`;
    onTestFinished(() =>
      asAdmin(serverUrl(), (client) => client.query(`DROP DATABASE ${quoted(name)}`)).then(() => {}),
    );
    const url = await ensureDatabase(serverUrl(), name);
    await asAdmin(url, (client) => client.query("CREATE TABLE kept (n int)"));
    expect(await ensureDatabase(serverUrl(), name)).toBe(url);
    const kept = await asAdmin(url, (client) =>
      client.query("SELECT current_database() AS name FROM kept RIGHT JOIN (SELECT) x ON true"),
    );
    expect(kept.rows).toEqual([{ name }]);
  });
});

describe("the least privilege", () => {
  const check = async (url: string): Promise<void> => {
    const db = openDatabase({ url, applicationName: "kit", onIdleError: () => undefined });
    onTestFinished(() => db.close());
    await assertLeastPrivilege(db);
  };

  it("is what the service's role has", async () => {
    const kit = await freshKit();
    await expect(assertLeastPrivilege(kit.db)).resolves.toBeUndefined();
  });

  it("is not a superuser's", async () => {
    await expect(check(serverUrl())).rejects.toThrow('The database role "postgres" is a superuser');
  });

  it("is not that of a role that bypasses row-level security", async () => {
    const role = freshRole();
    await provisionRole(serverUrl(), { role, password: "x", schema: "kit" });
    await asAdmin(serverUrl(), (client) => client.query(`ALTER ROLE ${quoted(role)} BYPASSRLS`));
    await expect(check(asRole(serverUrl(), role, "x"))).rejects.toThrow("may bypass row-level security");
  });

  it("is not a table owner's, whatever the schema is called", async () => {
    const role = freshRole();
    await provisionRole(serverUrl(), { role, password: "x", schema: "Some Schema" });
    const url = await freshDatabase("template1");
    await asAdmin(url, (client) => client.query(`CREATE SCHEMA "Some Schema" AUTHORIZATION ${quoted(role)}`));
    await expect(check(asRole(url, role, "x"))).resolves.toBeUndefined();
    await asAdmin(asRole(url, role, "x"), (client) => client.query("CREATE TABLE mine (n int)"));
    await expect(check(asRole(url, role, "x"))).rejects.toThrow("owns tables of its schema");
  });
});
