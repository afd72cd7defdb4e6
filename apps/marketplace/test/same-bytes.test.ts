import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { canonicalForm, sha256 } from "@nofx/canonical";
import { unwrap } from "@nofx/client";
import { expect, it, onTestFinished } from "vitest";
import { planned, publishAgent } from "./agents.ts";
import { marketplace, operatorToken } from "./marketplace.ts";

/** Lets other processes reach a registry that listens nowhere. */
const listening = async (registry: typeof fetch): Promise<string> => {
  const server = createServer(async (request, response) => {
    const { method = "GET", url = "/", headers } = request;
    const body = await buffer(request);
    const passed = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      typeof value === "string" && name !== "content-length" ? [[name, value]] : [],
    );
    const init = { method, headers: passed, ...(body.length > 0 && { body: new Uint8Array(body) }) };
    const answer = await registry(`http://registry.test${url}`, init);
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
    response.end(await answer.text());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

/** The service as a process of its own. */
const started = async (env: Readonly<Record<string, string>>, flags: readonly string[] = []): Promise<string> => {
  const main = join(import.meta.dirname, "../src/main.ts");
  const child = spawn(process.execPath, [...flags, main], { env: { PATH: process.env.PATH, PORT: "0", ...env } });
  onTestFinished(() => void child.kill("SIGKILL"));
  let log = "";
  child.stdout.on("data", (chunk: unknown) => {
    log += String(chunk);
  });
  child.once("exit", () => child.stdout.emit("data", "ended"));
  while (!log.includes("listening")) {
    if (child.exitCode !== null) throw new Error(`The process ended: ${log}`);
    await once(child.stdout, "data");
  }
  return /"url":"(http:[^"]+)"/.exec(log)?.[1] ?? "";
};

it("two processes, elsewhere in the world and otherwise set up, render the same bytes", {
  timeout: 60_000,
}, async () => {
  let registry: typeof fetch | undefined;
  const fetchRegistry = (own: typeof fetch) => {
    registry = own;
    return own;
  };
  const world = await marketplace({}, { fetchRegistry });
  const acme = await world.person("admin", "acme");
  for (const version of ["1.0.0", "1.1.0"]) await publishAgent(world, acme, "collector", version);
  await publishAgent(world, acme, "editor", "1.0.0");
  const variables = {
    since: { type: "string" },
    amount: { type: "number" },
    people: { type: "array", items: { type: "string" } },
    more: { type: "object" },
  };
  const environments = {
    base: { variables: { more: { z: 1, ä: 2, a: { B: true, b: false } } }, resources: { queue: "slow" } },
    production: { extends: "base", agents: { collector: "<1.1" }, channels: { mail: { to: "team" } } },
  };
  const goal = "{{ since | upper }} {{ amount }} {{ people | json }} {{ more | json }}";
  await unwrap(world.as(acme).publishTemplate({ body: planned({ variables, environments, goal }) }));
  const operator = world.registryAs({ tenant: "services", token: operatorToken });
  const service = await unwrap(
    operator.createToken({ body: { name: "other", tenant: "services", role: "viewer", kind: "service" } }),
  );
  const shared = {
    DATABASE_URL: world.database.url,
    REGISTRY_URL: await listening(registry as typeof fetch),
    REGISTRY_TOKEN: service.secret,
  };
  const [here, there] = await Promise.all([
    started({ ...shared, TZ: "Pacific/Chatham", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8" }),
    started(
      {
        ...shared,
        TZ: "America/St_Johns",
        LANG: "C",
        NODE_OPTIONS: "--max-old-space-size=256 --max-semi-space-size=1",
      },
      ["--hash-seed=7"],
    ),
  ]);
  const given = { since: "istanbul ıi ß", amount: 1e21, people: ["Ä", "z", "İ"] };
  const rendered = async (url: string, values: object): Promise<string> => {
    const answer = await fetch(`${url}/api/templates/release-notes/render`, {
      method: "POST",
      headers: { authorization: `Bearer ${acme.token}`, "content-type": "application/json" },
      body: JSON.stringify({ variables: values, environment: "production" }),
    });
    expect(answer.status).toBe(200);
    return await answer.text();
  };
  const one = await rendered(here, given);
  const other = await rendered(there, Object.fromEntries(Object.entries(given).reverse()));
  expect(other).toBe(one);
  const { plan, planDigest, lock } = JSON.parse(one) as { plan: object; planDigest: string; lock: object };
  expect(planDigest).toBe(sha256(canonicalForm(plan)));
  expect(lock).toMatchObject({ from: "resolved" });
  expect(plan).toMatchObject({ goal: expect.stringContaining("ISTANBUL II SS 1e+21"), environment: "production" });
  // And so does the process that has run all along.
  const own = await unwrap(
    world
      .as(acme)
      .renderTemplate({ templateId: "release-notes", body: { variables: given, environment: "production" } }),
  );
  expect(canonicalForm(own)).toBe(one);
});
