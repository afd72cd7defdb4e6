import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createClient, unwrap } from "@nofx/client";
import { registryContract } from "@nofx/contract-registry";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { publishAgents, shippedManifests, startWriter } from "../src/content.ts";
import { comparePublishing } from "../src/publishing.ts";
import { type Stage, setUp } from "../src/stage.ts";
import { temporaryDirectory } from "./directories.ts";

const never = new AbortController().signal;
/** Every shipped agent, some twice, on two pages. */
const size = { agents: 30, versions: ["1.0.0", "1.1.0"] };
const shippedAgents = join(import.meta.dirname, "../../shared/agents");
const stack = new AsyncDisposableStack();
let stage: Stage;

beforeAll(async () => {
  stage = await setUp(stack, size, never);
});
afterAll(() => stack.disposeAsync());

const reader = () => {
  const token = stage.service.headers.authorization?.replace("Bearer ", "");
  return createClient(registryContract, { baseUrl: stage.service.url, token, retries: 0 });
};

const anyManifest = async () => {
  const [manifest] = await shippedManifests();
  if (!manifest) throw new Error("No agents ship with the repository");
  return manifest;
};

const versionsOf = async (agentId: string): Promise<string[]> => {
  const answer = await reader().listAgentVersions({ agentId, limit: 100 });
  return answer.ok && answer.status === 200 ? answer.body.versions.map(({ version }) => version) : [];
};

describe("the stage", () => {
  it("has every agent in every version, and pages that show each agent once", async () => {
    const [versions, agents, pages] = stage.subjects;
    expect(versions?.addresses).toHaveLength(size.agents * size.versions.length);
    expect(agents?.addresses).toHaveLength(size.agents);
    expect(pages?.addresses).toHaveLength(2);
    const shown: string[] = [];
    for (const address of pages?.addresses ?? []) {
      const page = (await (await fetch(stage.service.url + address, stage.service)).json()) as {
        agents: { agentId: string }[];
      };
      shown.push(...page.agents.map(({ agentId }) => `/api/agents/${agentId}`));
    }
    expect(shown.sort()).toEqual(agents?.addresses.toSorted());
  });

  it("has a bare server that gives the registry's answers, byte for byte", async () => {
    const ask = async (url: string) => {
      const response = await fetch(url, stage.service);
      return [response.status, response.headers.get("content-type"), await response.text()];
    };
    for (const address of stage.subjects.flatMap(({ addresses }) => addresses)) {
      const real = await ask(stage.service.url + address);
      expect(real[0]).toBe(200);
      expect(await ask(stage.bare.url + address)).toEqual(real);
    }
  });

  it("measures as somebody who may read and not publish", async () => {
    const manifest = await anyManifest();
    expect(await reader().publishAgent({ body: manifest })).toMatchObject({ ok: false, status: 403 });
    expect((await fetch(`${stage.service.url}/api/agents/${manifest.agentId}-0`)).status).not.toBe(200);
  });

  it("that is interrupted stops what it has started", async () => {
    const directory = await temporaryDirectory();
    vi.stubEnv("TMPDIR", directory);
    onTestFinished(() => void vi.unstubAllEnvs());
    const unfinished = new AsyncDisposableStack();
    const attempt = setUp(unfinished, size, AbortSignal.abort(new Error("Ctrl-C")));
    await expect(attempt).rejects.toThrow("Ctrl-C");
    expect(await readdir(directory)).toEqual([expect.stringMatching(/^nofx-postgres-/)]);
    await unfinished.disposeAsync();
    expect(await readdir(directory)).toEqual([]);
  });
});

describe("publishing", () => {
  const plan = { rounds: 2, agentsPerRound: 3, versions: 2, connections: 2 };

  it("writes the same agents and versions through the service and through SQL", async () => {
    const measured = await comparePublishing(stage.publisherTarget, stage.databaseUrl, plan, never);
    expect(measured).toMatchObject({ non2xx: 0, errors: 0 });
    expect(measured.ratio).toBeGreaterThan(0);
    expect(measured.p99Ms).toBeGreaterThanOrEqual(measured.p50Ms);
    const [manifest] = await shippedManifests();
    for (const round of [0, 1]) {
      const agentId = `${manifest?.agentId}-round${round}-0`;
      for (const id of [agentId, `direct-${agentId}`]) expect(await versionsOf(id)).toEqual(["1.1.0", "1.0.0"]);
    }
  });

  it("ends with the error when SQL fails", async () => {
    const attempt = comparePublishing(stage.service, stage.databaseUrl, plan, never);
    // The rows are there already. The reader may not publish: that is only counted.
    await expect(attempt).rejects.toThrow(/duplicate key/);
  });

  it("ends when it is interrupted", async () => {
    const signal = AbortSignal.abort(new Error("Ctrl-C"));
    await expect(comparePublishing(stage.publisherTarget, stage.databaseUrl, plan, signal)).rejects.toThrow("Ctrl-C");
  });
});

describe("the content", () => {
  it("is every agent that ships, with its prompts", async () => {
    const entries = await readdir(shippedAgents, { withFileTypes: true });
    const directories = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    const manifests = await shippedManifests();
    expect(manifests.map(({ agentId }) => agentId)).toEqual(directories.sort());
    for (const { agentId, files } of manifests) {
      const path = "prompts/system.md";
      const content = await readFile(join(shippedAgents, agentId, path), "utf8");
      expect(files).toContainEqual({ path, content });
    }
  });

  it("is published under as many ids as wanted, in each version", async () => {
    const manifest = await anyManifest();
    const varied = { ...manifest, agentId: "varied" };
    const ids = await publishAgents(stage.publisher, [varied], { agents: 11, versions: ["3.0.0", "3.1.0"] }, never);
    expect(ids).toEqual(Array.from({ length: 11 }, (_none, index) => `varied-${index}`));
    for (const id of ids) expect((await versionsOf(id)).sort()).toEqual(["3.0.0", "3.1.0"]);
  });

  it("is not published after an interruption", async () => {
    const manifest = await anyManifest();
    const signal = AbortSignal.abort(new Error("Ctrl-C"));
    const late = { ...manifest, agentId: "late" };
    await expect(publishAgents(stage.publisher, [late], { agents: 1, versions: ["1.0.0"] }, signal)).rejects.toThrow(
      "Ctrl-C",
    );
    expect(await versionsOf("late-0")).toEqual([]);
  });
});

describe("the writer", () => {
  it("publishes public versions until it is stopped, and tells how many", async () => {
    const manifest = await anyManifest();
    const writer = startWriter(stage.publisher, manifest, 20);
    await expect.poll(() => versionsOf("often-published").then(({ length }) => length)).toBeGreaterThan(2);
    const { published } = await writer.stop();
    expect(await versionsOf("often-published")).toHaveLength(published);
    const { agent } = await unwrap(reader().getAgent({ agentId: "often-published" }));
    expect(agent.visibility).toBe("public");
  });

  it("that may not publish says so when it is stopped", async () => {
    const manifest = await anyManifest();
    await expect(startWriter(reader(), manifest, 1).stop()).rejects.toMatchObject({ problem: { status: 403 } });
  });
});
