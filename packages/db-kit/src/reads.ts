import type { Kysely } from "kysely";
import pg from "pg";

/** Connections to one server. */
export interface Connections<DB> {
  readonly kysely: Kysely<DB>;
  readonly pool: pg.Pool;
}

/** Where something is read. */
export interface Reads<DB> {
  /** Builds queries and runs none: what `readInTenant` hands out. */
  readonly compiler: Kysely<DB>;
  /** Reads from a server. `read` may run twice. */
  ask<T>(read: (server: Connections<DB>) => Promise<T>): Promise<T>;
}

/**
 * What PostgreSQL says when a server, and not the statement, is the matter: connections (08, 28, 3D, 53, 57P, 58), rows
 * that a replica could no longer keep for a reader (40), and tables, columns and rights that have not come there yet (42).
 */
const ofServer = /^(08|28|3D|40|42|53|57P|58)/;

/** Codes of Node's for connections and TLS. */
const ofNode = /^[A-Z][A-Z0-9_]+$/;

/** What pg says of connections, without a code. */
const ofConnection = /^Connection terminated|^timeout exceeded when trying to connect|^Query read timeout/;

/** Whether another server may answer what this one did not. */
export const mayAskAnother = (error: unknown): boolean => {
  if (error instanceof pg.DatabaseError) return ofServer.test(error.code ?? "");
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? ofConnection.test(error.message) : ofNode.test(code);
};
