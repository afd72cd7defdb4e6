import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createClient, unwrap } from "@nofx/client";
import { registryContract } from "@nofx/contract-registry";
import type { EmbeddedServer } from "@nofx/db-kit/embedded";
import getPort from "get-port";
import { urlFor } from "../cluster.ts";

/** The services, in the order in which they can be started. */
export const services = ["registry", "marketplace", "search"] as const;
export type ServiceName = (typeof services)[number];

const operatorToken = "operator-".repeat(5);

const repository = join(import.meta.dirname, "../../../..");
const patienceMs = 120_000;

/** Waits for something, not for ever. */
export const until = async (isSo: () => Promise<boolean>, what: string, everyMs = 100): Promise<void> => {
  const deadline = Date.now() + patienceMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`Not within ${patienceMs} ms: ${what}`);
    await delay(everyMs);
  }
};

/** A service as a process of its own. */
export interface ServiceProcess {
  readonly url: string;
  /** With SIGTERM: what is asked is still answered. */
  stop(): Promise<void>;
}

/** Starts a service of a checkout; it is ready when this is done. */
export const startProcess = async (
  name: ServiceName,
  env: Readonly<Record<string, string>>,
  checkout = repository,
): Promise<ServiceProcess> => {
  const port = await getPort({ host: "127.0.0.1" });
  const url = `http://127.0.0.1:${port}`;
  const child: ChildProcess = spawn(process.execPath, [join(checkout, "apps", name, "src/main.ts")], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { WRITES_PER_MINUTE_MAX: "0", LOG_LEVEL: "fatal", PORT: String(port), ...env },
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGTERM");
    await gone;
  };
  const isReady = async (): Promise<boolean> => {
    if (child.exitCode !== null) throw new Error(`The ${name} ended with ${child.exitCode}`);
    return await fetch(`${url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  };
  try {
    await until(isReady, `the ${name} is ready`);
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

/** Where services reach each other, and who they are to each other. */
export interface Neighbours {
  readonly urls: Readonly<Record<ServiceName, string>>;
  readonly serviceToken: string;
}

/** What a service is configured with. */
export const envOf = (
  name: ServiceName,
  server: EmbeddedServer,
  { urls, serviceToken }: Neighbours,
): Record<string, string> => {
  const DATABASE_URL = urlFor(server, `nofx_${name}`);
  if (name === "registry") return { DATABASE_URL, BOOTSTRAP_TOKEN: operatorToken };
  if (name === "marketplace") {
    return { DATABASE_URL, REGISTRY_URL: urls.registry, REGISTRY_TOKEN: serviceToken, PUBLISH_CHECKS_DEFAULT: "off" };
  }
  return { DATABASE_URL, REGISTRY_URL: urls.registry, MARKETPLACE_URL: urls.marketplace, SERVICE_TOKEN: serviceToken };
};

/** Makes the tenants, and the tokens of a publisher and of the services. */
export const issueTokens = async (baseUrl: string): Promise<{ publisher: string; service: string }> => {
  const operator = createClient(registryContract, { baseUrl, token: operatorToken, retries: 0, timeoutMs: 30_000 });
  for (const id of ["acme", "services"]) await unwrap(operator.createTenant({ body: { id, name: id } }));
  const issue = async (tenant: string, role: "admin" | "viewer", kind: "member" | "service"): Promise<string> =>
    (await unwrap(operator.createToken({ body: { name: role, role, tenant, ...(kind === "service" && { kind }) } })))
      .secret;
  return { publisher: await issue("acme", "admin", "member"), service: await issue("services", "viewer", "service") };
};
