import { Writable } from "node:stream";
import "@nofx/testkit/matchers";
import { type Client, createClient } from "@nofx/client";
import { createLogger } from "@nofx/service-kit";
import { cloneDatabase, fetchInto, prepareTemplate, type TestDatabase } from "@nofx/testkit";
import type {} from "@nofx/testkit/global-setup";
import { inject, onTestFinished } from "vitest";
import type { TrackOptions } from "../src/index.ts";
import { notesContract } from "./notes-contract.ts";
import {
  buildNotes,
  type NotesDeps,
  type NotesTables,
  notesTrack,
  openNotes,
  operatorToken,
  tokenOf,
} from "./notes-service.ts";

type NotesClient = Client<typeof notesContract>;

/** A service of a test's own: real database, no socket. */
export interface TestNotes {
  readonly deps: NotesDeps;
  readonly database: TestDatabase;
  readonly fetch: typeof fetch;
  readonly anonymous: NotesClient;
  readonly operator: NotesClient;
  /** Somebody who may do everything in a tenant. */
  readonly admin: (tenant: string) => NotesClient;
  readonly publisher: (tenant: string) => NotesClient;
  as(token: string): NotesClient;
  /** Opens a socket, for what cannot go without; gives its address. */
  listen(): Promise<string>;
  logged(): string;
}

/** A migrated database of one's own, gone after the test. */
export const freshDatabase = async (): Promise<TestDatabase> => {
  const serverUrl = inject("testServerUrl");
  const database = await cloneDatabase(serverUrl, await prepareTemplate(serverUrl, notesTrack), notesTrack.role);
  onTestFinished(() => database.drop());
  return database;
};

/** A log that is kept. */
export const keptLog = () => {
  let text = "";
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString();
      done();
    },
  });
  return { log: createLogger("notes", "info", sink), logged: () => text };
};

/** Starts a service on a fresh database, or on one that is there, and ends it with the test. */
export const notes = async (
  options: Partial<TrackOptions<NotesTables, NotesDeps["env"]>> & {
    readonly database?: TestDatabase;
    readonly variables?: Readonly<Record<string, string>>;
  } = {},
): Promise<TestNotes> => {
  const { database = await freshDatabase(), variables, ...parts } = options;
  const { log, logged } = keptLog();
  const deps = openNotes({ DATABASE_URL: database.url, WRITES_PER_MINUTE_MAX: "0", ...variables }, { log, ...parts });
  const { fastify } = await buildNotes(deps);
  onTestFinished(async () => {
    await fastify.close();
    await deps.close();
  });
  const fetch = fetchInto(fastify);
  const clientOf = (token?: string) => createClient(notesContract, { baseUrl: "http://notes.test", token, fetch });
  return {
    deps,
    database,
    fetch,
    anonymous: clientOf(),
    operator: clientOf(operatorToken),
    admin: (tenant) => clientOf(tokenOf("admin", tenant)),
    publisher: (tenant) => clientOf(tokenOf("publisher", tenant)),
    as: clientOf,
    listen: () => fastify.listen({ host: "127.0.0.1", port: 0 }),
    logged,
  };
};
