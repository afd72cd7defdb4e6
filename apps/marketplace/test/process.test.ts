import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { readEnv } from "../src/index.ts";
import { marketplace } from "./marketplace.ts";

it("runs as a process of its own, is ready, and ends on SIGTERM", async () => {
  const { database } = await marketplace();
  const env = { PATH: process.env.PATH, DATABASE_URL: database.url, REGISTRY_TOKEN: "x", PORT: "0" };
  const child = spawn(process.execPath, [join(import.meta.dirname, "../src/main.ts")], { env });
  onTestFinished(() => void child.kill("SIGKILL"));
  let log = "";
  child.stdout.on("data", (chunk: Buffer) => {
    log += chunk.toString();
  });
  while (!log.includes("listening")) await once(child.stdout, "data");
  const url = /"url":"(http:[^"]+)"/.exec(log)?.[1] ?? "";
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});

it("says everything that its environment lacks at once", () => {
  expect(() => readEnv({ PORT: "x" })).toThrow(/DATABASE_URL[\s\S]*PORT[\s\S]*REGISTRY_TOKEN/);
});
