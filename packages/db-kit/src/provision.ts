import type pg from "pg";
import { withClient } from "./with-client.ts";

export interface ServiceRole {
  readonly role: string;
  readonly password: string;
  readonly schema: string;
}

/** Limits that hold for every session of a service's role. A client that waits longer has long given up. */
const sessionSettings = {
  statement_timeout: "10s",
  lock_timeout: "5s",
  idle_in_transaction_session_timeout: "15s",
  timezone: "UTC",
} as const;

/** Two that make or change the same role at once are answered with errors. Ends with the connection. */
export const lockAccounts = async (client: pg.Client): Promise<void> => {
  await client.query("SELECT pg_advisory_lock(hashtextextended('nofx accounts', 0))");
};

/** Whether something was made, or was there. */
export type Made = "made" | "there";

/** Makes a role with these attributes, or gives them to the one that is there. */
export const makeRole = async (client: pg.Client, role: string, attributes: string): Promise<Made> => {
  const { rowCount } = await client.query("SELECT FROM pg_roles WHERE rolname = $1", [role]);
  const verb = rowCount === 0 ? "CREATE" : "ALTER";
  await client.query(`${verb} ROLE ${client.escapeIdentifier(role)} ${attributes}`);
  return rowCount === 0 ? "made" : "there";
};

/** As `provisionRole`, on a connection that is open. */
export const makeServiceRole = async (client: pg.Client, { role, password, schema }: ServiceRole): Promise<Made> => {
  const made = await makeRole(client, role, `LOGIN NOINHERIT PASSWORD ${client.escapeLiteral(password)}`);
  const settings = Object.entries({ search_path: client.escapeIdentifier(schema), ...sessionSettings });
  for (const [setting, value] of settings) {
    const written = setting === "search_path" ? value : client.escapeLiteral(value);
    await client.query(`ALTER ROLE ${client.escapeIdentifier(role)} SET ${setting} = ${written}`);
  }
  return made;
};

/** Makes a database if it is not there. */
export const makeDatabase = async (client: pg.Client, name: string): Promise<Made> => {
  const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [name]);
  if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  return rowCount === 0 ? "made" : "there";
};

/**
 * Makes the role a service logs in as, or sets its password anew: it owns nothing, and row-level security binds it.
 * `url` is of an account that may create roles.
 */
export const provisionRole = async (url: string, role: ServiceRole): Promise<void> => {
  await withClient(url, async (client) => {
    await lockAccounts(client);
    await makeServiceRole(client, role);
  });
};

/** Makes a database if it is not there; gives its connection string. */
export const ensureDatabase = async (serverUrl: string, name: string): Promise<string> => {
  await withClient(serverUrl, (client) => makeDatabase(client, name));
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
};
