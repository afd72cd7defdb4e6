import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { asRole, ensureDatabase, migrateUp, provisionRole } from "@nofx/db-kit";
import { type EmbeddedServer, startEmbedded } from "@nofx/db-kit/embedded";
import { registryTrack } from "../../src/index.ts";

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
};

/** Tries again until it works or the time is up. */
export const retry = async <T>(work: () => Promise<T>, forMs: number): Promise<T> => {
  const deadline = Date.now() + forMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(50);
    }
  }
};

/** A registry and its PostgreSQL as processes of their own, both of which can be killed and started again. */
export const startProcesses = async () => {
  const directory = await mkdtemp(join(tmpdir(), "nofx-faults-"));
  const [databasePort, port] = [await freePort(), await freePort()];
  const bootstrapToken = randomBytes(24).toString("hex");
  const startServer = () =>
    startEmbedded({ dataDirectory: join(directory, "postgres"), password: "test", port: databasePort });
  let server: EmbeddedServer = await startServer();
  const adminUrl = await ensureDatabase(server.url, "faults");
  await provisionRole(adminUrl, { ...registryTrack, password: "test" });
  await migrateUp(adminUrl, registryTrack);

  const baseUrl = `http://127.0.0.1:${port}`;
  const isReady = async (): Promise<void> => {
    const response = await fetch(`${baseUrl}/health/ready`);
    if (!response.ok) throw new Error(`not ready: ${response.status}`);
  };
  const startService = async (): Promise<ChildProcess> => {
    const child = spawn(process.execPath, [join(import.meta.dirname, "../../src/main.ts")], {
      stdio: ["ignore", "ignore", "inherit"],
      env: {
        DATABASE_URL: asRole(adminUrl, registryTrack.role, "test"),
        PORT: String(port),
        BOOTSTRAP_TOKEN: bootstrapToken,
        WRITES_PER_MINUTE_MAX: "0",
      },
    });
    await retry(isReady, 15_000);
    return child;
  };
  let service = await startService();
  return {
    baseUrl,
    adminUrl,
    bootstrapToken,
    isReady,
    killService: async () => {
      const gone = once(service, "exit");
      service.kill("SIGKILL");
      await gone;
      service = await startService();
    },
    killDatabase: async () => {
      process.kill(server.pid, "SIGKILL");
      server = await retry(startServer, 30_000);
      await retry(isReady, 15_000);
    },
    stop: async () => {
      const gone = once(service, "exit");
      service.kill("SIGTERM");
      await gone;
      await server.stop();
      // The directory's owner may be another account that PostgreSQL runs as.
      await rm(directory, { recursive: true, force: true });
      if (!server.dataDirectory.startsWith(directory)) await rm(server.dataDirectory, { recursive: true, force: true });
    },
  };
};
