import { statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { type EmbeddedServer, startThrowaway } from "./server.ts";

/** Twice what the tests of all packages fill. */
const bytesMin = 4 * 1024 ** 3;

/** Where Linux keeps files in memory, if there is plenty; otherwise the directory for temporary files. */
export const quickDirectory = async (memory = "/dev/shm", free = process.availableMemory()): Promise<string> => {
  const { bavail, bsize } = await statfs(memory).catch(() => ({ bavail: 0, bsize: 0 }));
  return Math.min(bavail * bsize, free) < bytesMin ? tmpdir() : memory;
};

/** Little of the log that nobody reads after a crash, and passwords that take no time to check. */
const quick = {
  wal_level: "minimal",
  max_wal_senders: "0",
  max_wal_size: "512MB",
  wal_init_zero: "off",
  scram_iterations: "1",
};

/** Starts a server whose databases are made quickly: a database is hundreds of files, which takes a disk a while. */
export const startForTests = async (): Promise<EmbeddedServer> =>
  await startThrowaway(quick, { within: await quickDirectory() });
