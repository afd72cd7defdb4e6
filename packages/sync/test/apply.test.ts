import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { applySync, planSync } from "../src/agents.ts";
import { tellResult } from "../src/tell.ts";
import { SyncRefused, type SyncReport, type SyncResult } from "../src/types.ts";
import { directoryOf, version, writeFiles } from "./directory.ts";
import { registry } from "./registry.ts";

const outcomes = ({ results }: SyncReport) =>
  results.map(({ item, outcome, problem }) => [item.id, item.version, outcome, problem?.code]);
const isPublish = (input: unknown) => /\/publish(\?visibility=\w+)?$/.test(String(input));

describe("applySync", () => {
  it("publishes what is new, oldest first; a second apply and a second sync change nothing", async () => {
    const alice = await (await registry({ keep: true })).client();
    const root = await directoryOf({
      ...version("greeter", { version: "1.10.0" }),
      ...version("greeter/versions/1.9.0", { version: "1.9.0" }),
      ...version("waiter"),
    });
    const plan = await planSync(alice, root, { visibility: "public" });
    const seen: SyncResult[] = [];
    const report = await applySync(alice, plan, { onResult: (result) => seen.push(result) });
    expect(report.summary).toEqual({ created: 3, identical: 0, disabled: 0, failed: 0, skipped: 0 });
    expect(report.aborted).toBe(false);
    expect(seen).toHaveLength(3);
    expect(seen).toEqual(expect.arrayContaining([...report.results]));
    expect(tellResult(report.results[0] as SyncResult)).toBe("greeter/versions/1.9.0/agent.json: created");
    const { agent } = await unwrap(alice.getAgent({ agentId: "greeter" }));
    expect(agent).toMatchObject({ currentVersion: "1.10.0", visibility: "public" });

    const entries = async () =>
      (await unwrap(alice.listAgentAudit({ agentId: "greeter" }))).entries.map(({ id }) => id);
    const before = await entries();
    expect((await applySync(alice, plan)).summary).toMatchObject({ created: 0, identical: 3 });
    const again = await planSync(alice, root, { visibility: "public" });
    expect(again.summary).toMatchObject({ unchanged: 3, create: 0, update: 0 });
    expect((await applySync(alice, again)).summary).toMatchObject({ identical: 3 });
    expect(await entries()).toEqual(before);
  });

  it("publishes nothing if anything is broken, and says what with its place", async () => {
    const alice = await (await registry()).client();
    const root = await directoryOf({ ...version("greeter"), "typo/agent.json": '{\n  "agentId": nope\n}' });
    const refused = applySync(alice, await planSync(alice, root));
    await expect(refused).rejects.toThrow(SyncRefused);
    await expect(refused).rejects.toThrow(/^typo\/agent\.json:2:14: /);
    await expect(refused).rejects.toMatchObject({ items: [{ id: "typo", action: "broken" }] });
    expect((await unwrap(alice.listAgents())).agents).toEqual([]);
  });

  it("publishes the rest if that is wanted, but no version above a broken one", async () => {
    const alice = await (await registry()).client();
    const root = await directoryOf({
      ...version("greeter"),
      ...version("waiter", { version: "3.0.0" }),
      ...version("waiter/versions/1.0.0"),
      "waiter/versions/2.0.0/agent.json": "{}",
    });
    const report = await applySync(alice, await planSync(alice, root), { partial: true });
    expect(outcomes(report)).toEqual([
      ["greeter", "1.0.0", "created", undefined],
      ["waiter", "1.0.0", "created", undefined],
      ["waiter", "2.0.0", "failed", "file_broken"],
      ["waiter", "3.0.0", "skipped", "earlier_version_failed"],
    ]);
  });

  it("goes on after a failure with other agents, and not with that one", async () => {
    const { fetch, client } = await registry();
    const transport: typeof globalThis.fetch = async (input, init) => {
      if (!isPublish(input)) return fetch(input, init);
      const { agentId } = JSON.parse(String(init?.body)) as { agentId: string };
      if (agentId === "cut") throw new TypeError("fetch failed");
      return fetch(input, init);
    };
    const alice = await client({ fetch: transport });
    const root = await directoryOf({
      ...version("cut", { version: "1.1.0" }),
      ...version("cut/versions/1.0.0"),
      ...version("raced"),
      ...version("well"),
    });
    const plan = await planSync(alice, root);
    // Somebody else publishes the same version with other content between plan and apply.
    const racing = await directoryOf(version("raced", { description: "Other." }));
    await applySync(alice, await planSync(alice, racing));
    const report = await applySync(alice, plan);
    expect(outcomes(report)).toEqual([
      ["cut", "1.0.0", "failed", "no_answer"],
      ["cut", "1.1.0", "skipped", "earlier_version_failed"],
      ["raced", "1.0.0", "failed", "version_conflict"],
      ["well", "1.0.0", "created", undefined],
    ]);
    expect(tellResult(report.results[0] as SyncResult)).toMatch(
      /^cut\/versions\/1\.0\.0\/agent\.json: The registry did not answer: fetch failed\. /,
    );
  });

  it("ends when told to, reports how far it came, and goes on from there the next time", async () => {
    const { fetch, client } = await registry();
    const controller = new AbortController();
    const transport: typeof globalThis.fetch = async (input, init) => {
      if (isPublish(input) && String(init?.body).includes("1.1.0")) {
        controller.abort();
        init?.signal?.throwIfAborted();
      }
      return fetch(input, init);
    };
    const alice = await client({ fetch: transport });
    const root = await directoryOf({
      ...version("greeter", { version: "1.2.0" }),
      ...version("greeter/versions/1.0.0"),
      ...version("greeter/versions/1.1.0", { version: "1.1.0" }),
      ...version("waiter"),
    });
    const plan = await planSync(alice, root);
    const report = await applySync(alice, plan, { signal: controller.signal, concurrency: 1, prune: true });
    expect(report.aborted).toBe(true);
    expect(outcomes(report)).toEqual([
      ["greeter", "1.0.0", "created", undefined],
      ["greeter", "1.1.0", "failed", "aborted"],
      ["greeter", "1.2.0", "skipped", "aborted"],
      ["waiter", "1.0.0", "skipped", "aborted"],
    ]);
    const steady = await client();
    expect((await applySync(steady, await planSync(steady, root))).summary).toMatchObject({ created: 3, identical: 1 });
  });
});

describe("applySync with prune", () => {
  const withOld = async () => {
    const service = await registry();
    const alice = await service.client();
    const root = await directoryOf({ ...version("greeter"), ...version("old"), ...version("older") });
    await applySync(alice, await planSync(alice, root));
    const rest = await directoryOf(version("greeter"));
    return { ...service, alice, rest };
  };
  const statusOf = async ({ alice }: Awaited<ReturnType<typeof withOld>>, agentId: string) =>
    (await unwrap(alice.getAgent({ agentId }))).agent;

  it("leaves missing agents alone unless asked", async () => {
    const given = await withOld();
    const plan = await planSync(given.alice, given.rest);
    expect(plan.summary.prune).toBe(2);
    expect(outcomes(await applySync(given.alice, plan))).toEqual([["greeter", "1.0.0", "identical", undefined]]);
    expect((await statusOf(given, "old")).status).toBe("active");
  });

  it("disables them with the reason, once", async () => {
    const given = await withOld();
    const { alice, rest } = given;
    const report = await applySync(alice, await planSync(alice, rest), { prune: true, pruneReason: "Retired" });
    expect(outcomes(report)).toEqual([
      ["greeter", "1.0.0", "identical", undefined],
      ["old", undefined, "disabled", undefined],
      ["older", undefined, "disabled", undefined],
    ]);
    expect(await statusOf(given, "old")).toMatchObject({ status: "disabled", statusReason: "Retired" });
    expect((await statusOf(given, "greeter")).status).toBe("active");
    expect((await planSync(alice, rest)).summary.prune).toBe(0);
  });

  it("disables nothing when something else has failed", async () => {
    const given = await withOld();
    await writeFiles(given.rest, { "typo/agent.json": "{" });
    const plan = await planSync(given.alice, given.rest);
    const report = await applySync(given.alice, plan, { prune: true, partial: true });
    expect(outcomes(report).slice(-2)).toEqual([
      ["old", undefined, "skipped", "sync_incomplete"],
      ["older", undefined, "skipped", "sync_incomplete"],
    ]);
    expect((await statusOf(given, "old")).status).toBe("active");
  });

  it("reports what the token may not disable, what has no answer, and what came after the end", async () => {
    const given = await withOld();
    const publisher = await given.client({ role: "publisher" });
    const plan = await planSync(publisher, given.rest);
    const forbidden = await applySync(publisher, plan, { prune: true });
    expect(outcomes(forbidden)[1]).toEqual(["old", undefined, "failed", "forbidden"]);
    const cut = await given.client({ fetch: () => Promise.reject(new TypeError("fetch failed")) });
    expect(outcomes(await applySync(cut, plan, { prune: true }))[1]).toEqual(["old", undefined, "failed", "no_answer"]);
    const signal = AbortSignal.abort();
    const ended = await applySync(given.alice, plan, { prune: true, signal });
    expect(outcomes(ended)[1]).toEqual(["old", undefined, "skipped", "aborted"]);
    expect((await statusOf(given, "old")).status).toBe("active");
  });
});
