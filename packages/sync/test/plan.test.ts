import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { applySync, planSync } from "../src/agents.ts";
import { tellItem } from "../src/tell.ts";
import type { SyncPlan } from "../src/types.ts";
import { directoryOf, version, writeFiles } from "./directory.ts";
import { registry } from "./registry.ts";

const actions = ({ items }: SyncPlan) => items.map(({ action, id, version }) => [id, version, action]);
const none = { create: 0, update: 0, unchanged: 0, conflict: 0, refused: 0, broken: 0, prune: 0 };
/** Less than 1.0.0 can do: a major change. */
const incapable = { capabilities: [] };

describe("planSync", () => {
  it("plans a directory that the registry knows nothing of, and writes nothing", async () => {
    const alice = await (await registry()).client();
    const root = await directoryOf({
      ...version("greeter", { version: "2.0.0", ...incapable }),
      ...version("greeter/versions/1.0.0"),
      ...version("waiter"),
    });
    const plan = await planSync(alice, root);
    expect(actions(plan)).toEqual([
      ["greeter", "1.0.0", "create"],
      ["greeter", "2.0.0", "update"],
      ["waiter", "1.0.0", "create"],
    ]);
    expect(plan.summary).toEqual({ ...none, create: 2, update: 1 });
    expect(plan.items[1]?.bump).toEqual({ previous: "1.0.0", required: "major", declared: "major" });
    expect((await unwrap(alice.listAgents())).agents).toEqual([]);
  });

  it("plans only some agents of a directory, and takes none of the others away", async () => {
    const alice = await (await registry()).client();
    const root = await directoryOf({ ...version("greeter"), ...version("waiter") });
    await applySync(alice, await planSync(alice, root));
    const only = { directories: ["greeter"], anyName: false };
    expect(actions(await planSync(alice, root, { only }))).toEqual([["greeter", "1.0.0", "unchanged"]]);
  });

  it("tells new versions, unchanged ones, conflicts with their differences, and agents that are missing", async () => {
    const { client, tenant } = await registry();
    const alice = await client();
    const root = await directoryOf({
      ...version("greeter"),
      ...version("waiter"),
      ...version("cook"),
      ...version("old"),
    });
    await applySync(alice, await planSync(alice, root));
    const changed = await directoryOf({
      ...version("greeter", { version: "1.0.1", description: "Greets." }),
      ...version("greeter/versions/1.0.0"),
      ...version("waiter", { description: "Other." }),
      "cook/agent.json": "{",
    });
    const plan = await planSync(alice, changed);
    expect(actions(plan)).toEqual([
      ["cook", undefined, "broken"],
      ["greeter", "1.0.0", "unchanged"],
      ["greeter", "1.0.1", "update"],
      ["waiter", "1.0.0", "conflict"],
      ["old", undefined, "prune"],
    ]);
    expect(plan.summary).toEqual({ ...none, update: 1, unchanged: 1, conflict: 1, broken: 1, prune: 1 });
    expect(plan.tenant).toBe(tenant);
    expect(plan.items[2]?.bump).toEqual({ previous: "1.0.0", required: "patch", declared: "patch" });
    expect(plan.items[3]).toMatchObject({
      problem: { code: "version_conflict" },
      difference: [{ path: "$.description", before: "Greets people.", after: "Other." }],
    });
    expect(plan.items.map(tellItem)).toEqual([
      expect.stringMatching(/^cook\/agent\.json:1:\d: A closing brace/),
      "greeter/versions/1.0.0/agent.json: unchanged 1.0.0",
      "greeter/agent.json: update 1.0.1",
      expect.stringMatching(/^waiter\/agent\.json: The version is already published with other content: /),
      "old: prune",
    ]);
  });

  it("lists every page of what is missing, of the own tenant only", async () => {
    const { client } = await registry({ keep: true });
    const alice = await client();
    const bob = await client({ tenant: "other" });
    const many = Array.from({ length: 101 }, (_, index) => version(`extra-${100 + index}`));
    await applySync(alice, await planSync(alice, await directoryOf(Object.assign({}, ...many))));
    const theirs = await directoryOf(version("theirs"));
    await applySync(bob, await planSync(bob, theirs, { visibility: "public" }));
    const plan = await planSync(alice, await directoryOf(version("greeter")));
    expect(plan.summary).toMatchObject({ create: 1, prune: 101 });
  });

  it("judges only the directories it is told to, whatever they are called, and takes nothing away", async () => {
    const alice = await (await registry()).client();
    await applySync(alice, await planSync(alice, await directoryOf(version("elsewhere"))));
    const root = await directoryOf({
      ...version("checkout", { agentId: "greeter", version: "1.1.0" }),
      ...version("checkout/versions/1.0.0", { agentId: "greeter" }),
      ...version("checkout/versions/0.9.0", { agentId: "other", version: "0.9.0" }),
      ...version("waiter"),
    });
    const only = { directories: ["checkout"], anyName: true };
    const plan = await planSync(alice, root, { only });
    expect(actions(plan)).toEqual([
      ["greeter", "0.9.0", "broken"],
      ["greeter", "1.0.0", "create"],
      ["greeter", "1.1.0", "update"],
    ]);
    expect(plan.items[0]?.findings).toMatchObject([
      { code: "directory_disagrees", path: "$.agentId", file: "checkout/versions/0.9.0/agent.json" },
    ]);
    const { results } = await applySync(alice, plan, { partial: true });
    expect(results.map(({ outcome }) => outcome)).toEqual(["failed", "skipped", "skipped"]);
  });

  it("says which digest a version has or will have, and an apply which change it made", async () => {
    const alice = await (await registry()).client();
    const root = await directoryOf(version("greeter"));
    const plan = await planSync(alice, root);
    const { results } = await applySync(alice, plan);
    const { agent } = await unwrap(alice.getAgent({ agentId: "greeter" }));
    expect(plan.items[0]?.digest).toBe(agent.versions[0]?.digest);
    expect(results[0]?.change).toMatch(/./);
    const again = await planSync(alice, root);
    expect(again.items[0]?.digest).toBe(plan.items[0]?.digest);
    expect((await applySync(alice, again)).results[0]?.change).toBeUndefined();
  });

  it("names no agent as missing for a directory that has none at all", async () => {
    const alice = await (await registry()).client();
    await applySync(alice, await planSync(alice, await directoryOf(version("greeter"))));
    expect(await planSync(alice, await directoryOf({}))).toMatchObject({ items: [], tenant: undefined });
  });

  it("takes over the registry's refusal of a version number", async () => {
    const alice = await (await registry()).client();
    const root = await directoryOf(version("greeter"));
    await applySync(alice, await planSync(alice, root));
    await writeFiles(root, version("greeter", { version: "1.0.1", ...incapable }));
    const [item] = (await planSync(alice, root)).items;
    expect(item).toMatchObject({
      action: "refused",
      problem: { code: "version_bump_too_small", least: "2.0.0", previous: "1.0.0" },
      bump: { previous: "1.0.0", required: "major", declared: "patch" },
    });
  });

  it("does not report a refusal that publishing the versions in order would not meet", async () => {
    const alice = await (await registry()).client();
    const root = await directoryOf(version("greeter", { version: "1.0.0-rc.1" }));
    await applySync(alice, await planSync(alice, root));
    // A release may differ from its candidate in anything; 1.0.1 may not, and nothing but the candidate is published.
    const alone = await directoryOf(version("greeter", { version: "1.0.1", ...incapable }));
    expect((await planSync(alice, alone)).summary).toEqual({ ...none, refused: 1 });
    await writeFiles(root, {
      ...version("greeter/versions/1.0.0-rc.1", { version: "1.0.0-rc.1" }),
      ...version("greeter/versions/1.0.0", { version: "1.0.0", ...incapable }),
      ...version("greeter", { version: "1.0.1", ...incapable }),
    });
    const plan = await planSync(alice, root);
    expect(actions(plan)).toEqual([
      ["greeter", "1.0.0-rc.1", "unchanged"],
      ["greeter", "1.0.0", "update"],
      ["greeter", "1.0.1", "update"],
    ]);
    expect(plan.items[2]?.bump).toEqual({ previous: "1.0.0", required: "none", declared: "patch" });
    expect((await applySync(alice, plan)).summary).toMatchObject({ created: 2, failed: 0 });
  });

  it.each([
    ["enforce", "refused", "problem"],
    ["warn", "update", "warning"],
    ["off", "update", "nothing"],
  ] as const)(
    "under the policy `%s`, a bump too small between two new versions is %s",
    async (policy, action, shown) => {
      const alice = await (await registry()).client();
      await unwrap(alice.updateSettings({ body: { semverPolicy: policy } }));
      const root = await directoryOf({
        ...version("greeter", { version: "1.0.1", ...incapable }),
        ...version("greeter/versions/1.0.0"),
      });
      const plan = await planSync(alice, root);
      const item = plan.items[1];
      expect(item?.action).toBe(action);
      expect(item?.problem?.code).toBe(shown === "problem" ? "version_bump_too_small" : undefined);
      expect(item?.findings.map(({ code }) => code) ?? []).toEqual(
        shown === "warning"
          ? expect.arrayContaining(["version_bump_too_small"])
          : expect.not.arrayContaining(["version_bump_too_small"]),
      );
      expect(item?.bump?.required).toBe(policy === "off" ? undefined : "major");
      const { results } = await applySync(alice, plan, { partial: true });
      expect(results[1]?.outcome).toBe(action === "refused" ? "failed" : "created");
      // The registry says the same of it, now that 1.0.0 is published.
      const again = (await planSync(alice, root)).items[1];
      expect(again?.action).toBe(action === "refused" ? "refused" : "unchanged");
    },
  );

  it("plans a change of visibility, and nothing once it is done", async () => {
    const alice = await (await registry({ keep: true })).client();
    const root = await directoryOf({
      ...version("greeter", { version: "1.1.0" }),
      ...version("greeter/versions/1.0.0"),
    });
    await applySync(alice, await planSync(alice, root));
    const plan = await planSync(alice, root, { visibility: "public" });
    expect(plan.summary).toEqual({ ...none, update: 1, unchanged: 1 });
    expect((await applySync(alice, plan)).summary).toMatchObject({ identical: 2 });
    expect((await unwrap(alice.getAgent({ agentId: "greeter" }))).agent.visibility).toBe("public");
    expect((await planSync(alice, root, { visibility: "public" })).summary).toEqual({ ...none, unchanged: 2 });
  });

  it("warns of an agent that is disabled and will stay so", async () => {
    const alice = await (await registry()).client();
    const root = await directoryOf(version("greeter"));
    await applySync(alice, await planSync(alice, root));
    await unwrap(alice.setAgentStatus({ agentId: "greeter", body: { status: "disabled", reason: "Rude" } }));
    const { items } = await planSync(alice, root);
    expect(items[0]).toMatchObject({
      action: "unchanged",
      findings: [{ code: "agent_disabled", severity: "warning" }],
    });
  });

  it("refuses what the token may not publish, and plans the rest", async () => {
    const ci = await (await registry()).client({ role: "publisher", agents: ["greeter"] });
    const plan = await planSync(ci, await directoryOf({ ...version("greeter"), ...version("waiter") }));
    expect(actions(plan)).toEqual([
      ["greeter", "1.0.0", "create"],
      ["waiter", "1.0.0", "refused"],
    ]);
    expect(plan.items[1]?.problem?.code).toBe("agent_not_allowed");
  });

  it("calls agents broken whose directories no agent can be called", async () => {
    const alice = await (await registry()).client();
    const plan = await planSync(alice, await directoryOf({ ...version("Not An Agent"), ...version("resolve") }));
    expect(actions(plan)).toEqual([
      ["Not An Agent", "1.0.0", "broken"],
      ["resolve", "1.0.0", "broken"],
    ]);
  });

  it("fails as a whole without a good token, and where the registry fails", async () => {
    const { fetch, client } = await registry();
    const root = await directoryOf(version("greeter"));
    const nobody = await client({
      fetch: (input, init) => fetch(input, { ...init, headers: { "content-type": "application/json" } }),
    });
    await expect(planSync(nobody, root)).rejects.toMatchObject({ problem: { status: 401 } });
    const proxied = await client({ fetch: async () => new Response("Bad gateway", { status: 502 }) });
    await expect(planSync(proxied, root)).rejects.toMatchObject({ problem: { code: "unexpected_answer" } });
    const gone = AbortSignal.abort(new Error("enough"));
    await expect(planSync(await client(), root, { signal: gone })).rejects.toThrow("enough");
  });

  it("is patient with a registry that asks for it", async () => {
    const { fetch, client } = await registry();
    let busy = 3;
    const alice = await client({
      fetch: async (input, init) => {
        busy -= 1;
        return busy < 0 ? fetch(input, init) : new Response("", { status: 429, headers: { "retry-after": "0" } });
      },
    });
    expect((await planSync(alice, await directoryOf(version("greeter")))).summary).toMatchObject({ create: 1 });
    busy = Number.POSITIVE_INFINITY;
    await expect(planSync(alice, await directoryOf(version("greeter")))).rejects.toMatchObject({
      problem: { status: 429 },
    });
  });
});
