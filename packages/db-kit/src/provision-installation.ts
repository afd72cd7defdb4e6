import type pg from "pg";
import { lockAccounts, type Made, makeDatabase, makeRole, makeServiceRole, type ServiceRole } from "./provision.ts";
import { withClient } from "./with-client.ts";

/** The accounts and the database of an installation. */
export interface Installation {
  readonly database: string;
  /** Whose the schemas and everything in them are; nobody logs in as it. */
  readonly owner: string;
  /** Logs in to migrate, in the owner's name. */
  readonly migrator: { readonly role: string; readonly password: string };
  readonly services: readonly ServiceRole[];
}

/** What was done about one thing. */
export interface Provisioned {
  readonly kind: "role" | "database";
  readonly name: string;
  readonly outcome: Made;
}

/** Tells what it was about: where the account may not do it, most often somebody else has made the role. */
const named = async <T>(what: string, work: Promise<T>): Promise<T> =>
  await work.catch((error: Error & { readonly detail?: string }) => {
    throw new Error(`${what}: ${[error.message, error.detail].filter(Boolean).join(". ")}`, { cause: error });
  });

const isMember = async (client: pg.Client, role: string, of: string): Promise<boolean> => {
  const { rows } = await client.query<{ is: boolean }>(
    `SELECT EXISTS (
       SELECT FROM pg_auth_members m
       WHERE m.roleid = (SELECT oid FROM pg_roles WHERE rolname = $2)
         AND m.member = (SELECT oid FROM pg_roles WHERE rolname = $1)) AS is`,
    [role, of],
  );
  return rows[0]?.is === true;
};

const mayCreate = async (client: pg.Client, owner: string, database: string): Promise<boolean> => {
  const asked = "SELECT has_database_privilege($1, $2, 'CREATE') AS may";
  return (await client.query<{ may: boolean }>(asked, [owner, database])).rows[0]?.may === true;
};

/** Grants where it is not granted: an administrator who is no superuser may be unable to repeat it. */
const letOwnerCreate = async (client: pg.Client, owner: string, database: string): Promise<void> => {
  if (await mayCreate(client, owner, database)) return;
  const [on, to] = [database, owner].map((name) => client.escapeIdentifier(name));
  const grant = `GRANT CREATE ON DATABASE ${on} TO ${to}`;
  await client.query(grant);
  // Who may not give it away is warned, and no more.
  if (!(await mayCreate(client, owner, database)))
    throw new Error(`Its owner must let ${owner} make schemas: ${grant}`);
};

const provision = async (client: pg.Client, installation: Installation): Promise<Provisioned[]> => {
  const { database, owner, migrator, services } = installation;
  const done: Provisioned[] = [];
  const make = async (kind: Provisioned["kind"], name: string, work: Promise<Made>): Promise<void> => {
    done.push({ kind, name, outcome: await named(`The ${kind} ${name}`, work) });
  };
  await lockAccounts(client);
  await make("role", owner, makeRole(client, owner, "NOLOGIN NOINHERIT"));
  const secret = client.escapeLiteral(migrator.password);
  await make("role", migrator.role, makeRole(client, migrator.role, `LOGIN NOINHERIT PASSWORD ${secret}`));
  if (!(await isMember(client, migrator.role, owner))) {
    const [of, who] = [owner, migrator.role].map((name) => client.escapeIdentifier(name));
    await named(`The role ${migrator.role}`, client.query(`GRANT ${of} TO ${who}`));
  }
  for (const service of services) await make("role", service.role, makeServiceRole(client, service));
  await make("database", database, makeDatabase(client, database));
  await named(`The database ${database}`, letOwnerCreate(client, owner, database));
  return done;
};

/**
 * Makes what is missing of an installation's accounts and database, and sets the passwords anew. `url` is of an account
 * that may create roles and databases; it need be no superuser. Any number may run at once.
 */
export const provisionInstallation = (url: string, installation: Installation): Promise<Provisioned[]> =>
  withClient(url, (client) => provision(client, installation));

/**
 * In whose name to migrate: the owner's, where there is one. `undefined`: there is none, and what is made belongs to
 * whoever logs in. @throws if there is one in whose name this account may not act
 */
export const findOwner = (url: string, owner: string): Promise<string | undefined> =>
  withClient(url, async (client) => {
    const { rows } = await client.query<{ who: string; may: boolean }>(
      `SELECT current_user AS who, pg_has_role(oid, CASE
         WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) AS may
       FROM pg_roles WHERE rolname = $1`,
      [owner],
    );
    const found = rows[0];
    if (found && !found.may) {
      throw new Error(`The role "${found.who}" may not act as "${owner}": GRANT ${owner} TO ${found.who}`);
    }
    return found && owner;
  });
