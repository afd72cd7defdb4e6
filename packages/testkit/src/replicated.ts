import { startPrimaryForTests, startReplicaForTests, type TestReplica } from "@nofx/db-kit/embedded";
import { onTestFinished } from "vitest";
import { cloneDatabase, prepareTemplate, type TestDatabase, type TestTrack } from "./server.ts";

/** A database that is copied as it changes. */
export interface ReplicatedDatabase extends TestDatabase {
  /** Of the copy, as the service's role. */
  readonly readUrl: string;
  readonly replica: TestReplica;
}

/** Starts two servers of a test's own, one of which follows the other, with a fresh database; ends them with the test. */
export const replicatedDatabase = async (track: TestTrack): Promise<ReplicatedDatabase> => {
  const primary = await startPrimaryForTests();
  onTestFinished(primary.stop);
  const database = await cloneDatabase(primary.url, await prepareTemplate(primary.url, track), track.role);
  const replica = await startReplicaForTests(primary);
  onTestFinished(replica.stop);
  return { ...database, replica, readUrl: replica.urlOf(database.url) };
};
