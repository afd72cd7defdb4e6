import pg from "pg";

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

/**
 * Makes the role a service logs in as, or sets its password anew: it owns nothing, and row-level security binds it.
 * `url` is of an account that may create roles.
 */
export const provisionRole = async (url: string, { role, password, schema }: ServiceRole): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const name = client.escapeIdentifier(role);
    const secret = client.escapeLiteral(password);
    const settings = Object.entries({ search_path: client.escapeIdentifier(schema), ...sessionSettings });
    const { rowCount } = await client.query("SELECT FROM pg_roles WHERE rolname = $1", [role]);
    const verb = rowCount === 0 ? "CREATE" : "ALTER";
    await client.query(`${verb} ROLE ${name} LOGIN NOINHERIT PASSWORD ${secret}`);
    for (const [setting, value] of settings) {
      await client.query(`ALTER ROLE ${name} SET ${setting} = ${setting === "search_path" ? value : `'${value}'`}`);
    }
  } finally {
    await client.end();
  }
};

/** Makes a database if it is not there; gives its connection string. */
export const ensureDatabase = async (serverUrl: string, name: string): Promise<string> => {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
};

/** Whether a connection string tells a password. */
export const hasPassword = (url: string): boolean => {
  const { password, searchParams } = new URL(url);
  return password !== "" || searchParams.has("password");
};

/** The same connection with a password. */
export const withPassword = (url: string, password: string): string => {
  const other = new URL(url);
  // Without a host, as for Unix sockets, an address has no place for it but among the parameters.
  if (other.host === "") other.searchParams.set("password", password);
  else other.password = encodeURIComponent(password);
  return other.href;
};

/** The same server and database, as another role. */
export const asRole = (url: string, role: string, password: string): string => {
  const other = new URL(url);
  other.username = encodeURIComponent(role);
  return withPassword(other.href, password);
};
