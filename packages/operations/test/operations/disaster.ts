import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { unwrap } from "@nofx/client";
import { askOnce } from "@nofx/db-kit";
import type { EmbeddedServer } from "@nofx/db-kit/embedded";
import type { Places } from "../cluster.ts";
import { type Confirmed, publish, startWriters } from "./load.ts";
import type { Plane } from "./plane.ts";
import { until } from "./processes.ts";

const program = join(import.meta.dirname, "../../src/backup.ts");

/** Runs a command as operators do; gives its exit code and what it printed. */
export const operate = async (url: string, ...args: string[]): Promise<{ code: number | null; text: string }> => {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, BACKUP_DATABASE_URL: url },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, text };
};

/** The places as options. */
export const optionsOf = ({ backups, archive }: Places): string[] => ["--backups", backups, "--archive", archive];

/** Kills a backup, with SIGKILL, when it has begun to copy. Gives what it left behind. */
export const killBackup = async (places: Places, url: string): Promise<string[]> => {
  const child = spawn(process.execPath, [program, "take", ...optionsOf(places)], {
    env: { ...process.env, BACKUP_DATABASE_URL: url },
    stdio: "ignore",
  });
  const gone = once(child, "exit");
  const copied = async (): Promise<number> => {
    const files = await readdir(places.backups, { recursive: true }).catch(() => []);
    return files.length;
  };
  await until(async () => (await copied()) > 100, "the backup has begun to copy", 5);
  child.kill("SIGKILL");
  await gone;
  return await readdir(places.backups);
};

/** What was confirmed, until when, and where readers were. */
export interface History {
  readonly confirmed: readonly Confirmed[];
  /** A moment between two publishes, while others publish. */
  readonly moment: Date;
  readonly cursors: { readonly registry: string; readonly marketplace: string };
  readonly backup: { readonly ms: number; readonly during: number };
}

/** Backs up while writers publish, marks a moment, and lets the log get to the archive. */
export const liveThrough = async (places: Places, server: EmbeddedServer, { clients }: Plane): Promise<History> => {
  const writers = startWriters(clients);
  await delay(1_000);
  const [before, startedAt] = [writers.confirmed.length, performance.now()];
  const taken = await operate(server.url, "take", ...optionsOf(places));
  if (taken.code !== 0) throw new Error(taken.text);
  const backup = { ms: performance.now() - startedAt, during: writers.confirmed.length - before };
  const markers = [await publish(clients, "agent", "marker-before")];
  await delay(20);
  const moment = new Date();
  await delay(20);
  markers.push(await publish(clients, "agent", "marker-after"));
  await delay(1_000);
  await writers.stop();
  const cursors = {
    registry: (await unwrap(clients.registry.listChanges({ from: "now" }))).next,
    marketplace: (await unwrap(clients.marketplace.listMarketplaceChanges({ from: "now" }))).next,
  };
  const [last] = await askOnce<{ name: string }>(server.url, "SELECT pg_walfile_name(pg_switch_wal()) AS name");
  await until(async () => (await readdir(places.archive)).includes(last?.name ?? ""), "the log is archived");
  return { confirmed: [...writers.confirmed, ...markers], moment, cursors, backup };
};

/** The machine is gone: nothing is shut down, and no file is left. */
export const destroy = async (server: EmbeddedServer): Promise<void> => {
  process.kill(server.pid, "SIGKILL");
  await delay(500);
  // Its children end by themselves, and may still write until they do.
  await until(
    () =>
      rm(server.dataDirectory, { recursive: true, force: true }).then(
        () => true,
        () => false,
      ),
    "the data is gone",
  );
};
