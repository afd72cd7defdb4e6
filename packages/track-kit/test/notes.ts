import "@nofx/testkit/matchers";
import type { Client } from "@nofx/client";
import type { TestDatabase } from "@nofx/testkit";
import { freshDatabase as databaseOf, type TestService, testService } from "@nofx/testkit/service";
import { onTestFinished } from "vitest";
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

/** A service of a test's own. */
export interface TestNotes extends TestService<typeof notesContract, NotesDeps> {
  readonly anonymous: NotesClient;
  readonly operator: NotesClient;
  /** Somebody who may do everything in a tenant. */
  admin(tenant: string): NotesClient;
  publisher(tenant: string): NotesClient;
}

/** A migrated database of one's own, gone after the test. */
export const freshDatabase = async (): Promise<TestDatabase> => {
  const database = await databaseOf(notesTrack);
  onTestFinished(() => database.drop());
  return database;
};

/** Starts a service on a fresh database, or on one that is there, and ends it with the test. */
export const notes = async (
  options: Partial<TrackOptions<NotesTables, NotesDeps["env"]>> & {
    readonly database?: TestDatabase;
    readonly variables?: Readonly<Record<string, string>>;
  } = {},
): Promise<TestNotes> => {
  const { database, variables, ...parts } = options;
  const createDeps = (databaseUrl: string, log: NotesDeps["log"]) =>
    openNotes({ DATABASE_URL: databaseUrl, WRITES_PER_MINUTE_MAX: "0", ...variables }, { log, ...parts });
  const service = await testService(
    { contract: notesContract, track: notesTrack, createDeps, buildApp: buildNotes },
    { database },
  );
  return {
    ...service,
    anonymous: service.client(),
    operator: service.client(operatorToken),
    admin: (tenant) => service.client(tokenOf("admin", tenant)),
    publisher: (tenant) => service.client(tokenOf("publisher", tenant)),
  };
};
