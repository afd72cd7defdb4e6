import { chown, cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { askOnce, withClient } from "../with-client.ts";
import { type EmbeddedServer, startEmbedded, startThrowaway } from "./server.ts";
import { serverUser } from "./server-user.ts";
import { quickDirectory } from "./test-server.ts";

/** A server that others may follow. */
export const startPrimaryForTests = async (): Promise<EmbeddedServer> =>
  await startThrowaway({ wal_level: "replica", scram_iterations: "1" }, { within: await quickDirectory() });

/** A server that follows another one by streaming. */
export interface TestReplica {
  /** The same database and account as an address of the primary's, here. */
  urlOf(primaryUrl: string): string;
  /** Whether what is written there is replayed here; it arrives in any case. */
  replay(isWanted: boolean): Promise<void>;
  /** Waits until all is here that is there now. */
  caughtUp(): Promise<void>;
  /** Shuts it down; its data stays. */
  halt(): Promise<void>;
  /** Starts it again. */
  resume(): Promise<void>;
  /** Ends it for good. */
  stop(): Promise<void>;
}

/** Up to where all is that was committed: replicas are sent nothing before it is written. */
const writtenBy = ({ url }: EmbeddedServer): Promise<string | undefined> =>
  withClient(url, async (client) => {
    await client.query("SET synchronous_commit = on");
    await client.query("SELECT pg_logical_emit_message(true, 'written', '')");
    const { rows } = await client.query<{ place: string }>("SELECT pg_current_wal_flush_lsn()::text AS place");
    return rows[0]?.place;
  });

/** What belongs to the running server and not to its data. */
const leftOut = /^(postmaster\.(pid|opts)|server\.log|(pg_wal|pg_replslot|pg_stat_tmp|pg_dynshmem)\/.+)$/;

/** Copies a running server's files as they are, with what makes a copy whole. */
const copyOf = async ({ url, dataDirectory }: EmbeddedServer, target: string): Promise<void> =>
  await withClient(url, async (client) => {
    await client.query("SELECT pg_backup_start('replica', true)");
    await cp(dataDirectory, target, {
      recursive: true,
      filter: (path) => !leftOut.test(relative(dataDirectory, path)) && !basename(path).startsWith("pgsql_tmp"),
    });
    const { rows } = await client.query<{ label: string }>("SELECT labelfile AS label FROM pg_backup_stop(false)");
    await writeFile(join(target, "backup_label"), rows[0]?.label ?? "");
    await writeFile(join(target, "standby.signal"), "");
  });

const handOver = async (directory: string): Promise<void> => {
  const user = serverUser();
  if (!user) return;
  await chown(directory, user.uid, user.gid);
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true }))
    await chown(join(entry.parentPath, entry.name), user.uid, user.gid);
};

/** Makes a copy of a server of `startPrimaryForTests`, which follows it. */
export const startReplicaForTests = async (primary: EmbeddedServer): Promise<TestReplica> => {
  const root = await mkdtemp(join(await quickDirectory(), "nofx-replica-"));
  const dataDirectory = join(root, "data");
  await copyOf(primary, dataDirectory);
  await handOver(root);
  const { username, password } = new URL(primary.url);
  const follow = `host=127.0.0.1 port=${primary.port} user=${username} password=${password}`;
  const settings = {
    primary_conninfo: follow,
    // Readers are not waited for.
    max_standby_streaming_delay: "0",
    fsync: "off",
    max_connections: "200",
    wal_retrieve_retry_interval: "100",
  };
  const start = (port?: number) =>
    startEmbedded({ dataDirectory, password, settings, ...(port !== undefined && { port }) });
  let server = await start();
  const { port } = server;
  const urlOf = (primaryUrl: string): string => {
    const url = new URL(primaryUrl);
    url.port = String(port);
    return url.href;
  };
  return {
    urlOf,
    replay: async (isWanted) =>
      void (await askOnce(server.url, `SELECT pg_wal_replay_${isWanted ? "resume" : "pause"}()`)),
    caughtUp: async () => {
      const written = await writtenBy(primary);
      const has = () =>
        askOnce<{ has: boolean }>(server.url, "SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS has", [written]);
      while (!(await has())[0]?.has) await delay(20);
    },
    halt: () => server.stop(),
    resume: async () => {
      server = await start(port);
    },
    stop: async () => {
      await server.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
};
