import type { BundleEntry } from "@nofx/bundle";
import { canonicalForm } from "@nofx/canonical";
import { unwrap } from "@nofx/client";
import type { BundledLock } from "@nofx/contract-marketplace";
import { lender } from "@nofx/testkit/lend";
import { beforeEach, describe, expect, it } from "vitest";
import { planned, publishAgent, publishStep } from "./agents.ts";
import { exported, gzipBody, type Parts, packed, partsOf } from "./bundles.ts";
import { type MarketplaceClient, marketplace, type Person, type TestMarketplace } from "./marketplace.ts";

const templateId = "release-notes";
const folder = `templates/${templateId}`;
const address = { templateId, version: "1.0.0" };
const environments = { production: { agents: { collector: "<1.1" } }, staging: {} };

const borrowEmpty = lender((finished) => marketplace({}, { finished }));

/** An empty marketplace of its own, which is left empty: agents that are in one registry are not in another. */
const untouched = async () => {
  const { value: world, keep } = await borrowEmpty();
  return { world, client: world.as(await world.person("admin", "globex")), keep };
};

const elsewhere = async () => {
  const { keep, ...there } = await untouched();
  keep();
  return there;
};

/** Where the bundle comes from. */
const borrowSource = lender(async (finished) => {
  const world = await marketplace({}, { finished });
  const acme = await world.person("admin", "acme");
  const client = world.as(acme);
  const other = await world.person("publisher", "initech");
  await publishAgent(world, other, "linter", "3.0.0", { visibility: "public" });
  await publishAgent(world, acme, "collector", "1.0.0");
  await publishAgent(world, acme, "collector", "1.1.0", { agents: { "initech/linter": "*", editor: "^2" } });
  await publishAgent(world, acme, "editor", "2.0.0");
  await publishStep(client, "inner", "1.0.0");
  const dependencies = { agents: { "acme/editor": "^2", "initech/linter": "^3" }, templates: { inner: "*" } };
  const steps = [
    { id: "collect", agentId: "collector", inputs: { since: "{{since}}" } },
    { id: "write", agentId: "acme/editor", dependsOn: ["collect"] },
  ];
  const content = { environments, dependencies };
  const files = [{ path: "versions/1.0.0.json", content: JSON.stringify({ steps }) }];
  await unwrap(client.publishTemplate({ body: planned(content, { files }), visibility: "public" }));
  await unwrap(client.publishTemplate({ body: planned(content, { files, version: "1.1.0-RC.1" }) }));
  await unwrap(client.lockTemplateVersion({ ...address, body: {} }));
  await unwrap(client.lockTemplateVersion({ ...address, environment: "production", body: { strategy: "lowest" } }));
  await unwrap(client.lockTemplateVersion({ templateId, version: "1.1.0-RC.1", environment: "staging", body: {} }));
  await unwrap(client.lockTemplateVersion({ templateId: "inner", version: "1.0.0", body: {} }));
  return { world, acme, client, archive: await exported(client) };
});

describe("kept locks in a bundle", () => {
  let changed: () => unknown;
  let world: TestMarketplace;
  let acme: Person;
  let client: MarketplaceClient;
  let archive: Buffer;
  beforeEach(async () => {
    const source = await borrowSource();
    changed = source.keep;
    ({ world, acme, client, archive } = source.value);
  });

  const lockIn = async (path: string): Promise<BundledLock> => {
    const { entries } = await partsOf(archive);
    return JSON.parse(entries.find((entry) => entry.path === path)?.content.toString() ?? "null") as BundledLock;
  };

  it("stand beside their versions, and name what is the tenant's own without it", async () => {
    const { entries } = await partsOf(archive);
    expect(entries.map(({ path }) => path).filter((path) => path.includes("lock"))).toEqual([
      "templates/inner/1.0.0/lock.json",
      `${folder}/1.0.0/lock.json`,
      `${folder}/1.0.0/locks/production.json`,
      `${folder}/1.1.0-!r!c.1/locks/staging.json`,
    ]);
    const lock = await lockIn(`${folder}/1.0.0/lock.json`);
    // What the template itself names with its tenant means that tenant's everywhere.
    expect(Object.keys(lock.agents).sort()).toEqual(["acme/editor", "collector", "initech/linter"]);
    expect(Object.keys(lock.templates)).toEqual(["inner"]);
    expect(lock.agents["initech/linter"]?.requestedBy.map(({ by }) => by)).toEqual([
      "agent collector 1.1.0",
      `template ${templateId} 1.0.0`,
    ]);
    const production = await lockIn(`${folder}/1.0.0/locks/production.json`);
    expect(production).toMatchObject({ strategy: "lowest", agents: { collector: { version: "1.0.0" } } });
    expect(production.agents.collector?.requestedBy.map(({ by }) => by)).toContain("environment production");
  });

  it("are the same bytes when they are exported from an empty tenant where no agent is", async () => {
    const there = await elsewhere();
    const body = gzipBody(archive);
    const { items } = await unwrap(there.client.importTemplates({ body, visibility: "keep" }));
    expect(
      items.map(({ version, locks }) => [version, locks?.map((lock) => [lock.environment, lock.outcome])]),
    ).toEqual([
      ["1.0.0", [[undefined, "created"]]],
      [
        "1.0.0",
        [
          [undefined, "created"],
          ["production", "created"],
        ],
      ],
      ["1.1.0-RC.1", [["staging", "created"]]],
    ]);
    expect(await exported(there.client)).toEqual(archive);
    const again = await unwrap(there.client.importTemplates({ body, visibility: "keep" }));
    expect(again.items.flatMap(({ locks = [] }) => locks.map(({ outcome }) => outcome))).toEqual(
      Array.from({ length: 4 }, () => "unchanged"),
    );
    expect(await exported(there.client)).toEqual(archive);
    // And back, where it came from.
    const back = await unwrap(client.importTemplates({ body: gzipBody(await exported(there.client)) }));
    expect(back.items.flatMap(({ locks = [] }) => locks.map(({ outcome }) => outcome))).toEqual(
      Array.from({ length: 4 }, () => "unchanged"),
    );
  });

  it("mean the agents of the tenant that imports them, and are what it renders with", async () => {
    changed();
    const globex = await world.person("admin", "globex");
    const there = world.as(globex);
    const { items } = await unwrap(there.importTemplates({ body: gzipBody(archive), visibility: "keep" }));
    const stored = await unwrap(there.getTemplateVersionLock(address));
    expect(Object.keys(stored.lock.agents)).toEqual(["acme/editor", "globex/collector", "initech/linter"]);
    expect(stored.lock.agents["initech/linter"]?.requestedBy[0]?.by).toBe("agent globex/collector 1.1.0");
    expect(items[1]?.locks?.[0]?.digest).toBe(stored.digest);
    const plan = await unwrap(
      there.renderTemplate({ templateId, body: { version: "1.0.0", variables: { since: "v1" } } }),
    );
    expect(plan.lock?.from).toBe("stored");
    expect(plan.plan.steps.map(({ agent }) => `${agent.tenant}/${agent.agentId}`)).toEqual([
      "globex/collector",
      "acme/editor",
    ]);
    const inner = await unwrap(there.renderTemplate({ templateId: "inner", body: { variables: {} } }));
    expect(inner.lock?.from).toBe("stored");
    expect(inner.plan.steps[0]?.agent).toMatchObject({ tenant: "globex", agentId: "collector", version: "1.1.0" });
    const rows = await world.database.query(
      "SELECT DISTINCT visibility FROM marketplace.template_locks WHERE tenant_id = 'globex'",
    );
    expect(rows).toEqual([{ visibility: "private" }]);
    const told = await world.database.query(
      "SELECT version, details FROM marketplace.audit_log WHERE tenant_id = 'globex' AND action = 'template.version_locked' ORDER BY id",
    );
    expect(told).toHaveLength(4);
    expect(told[2]).toMatchObject({ version: "1.0.0", details: { environment: "production", strategy: "lowest" } });
  });

  it("that are there already stay: unchanged, or in conflict; a dry run tells it and writes nothing", async () => {
    changed();
    await publishAgent(world, acme, "collector", "1.2.0");
    await unwrap(client.lockTemplateVersion({ templateId: "inner", version: "1.0.0", body: {} }));
    const before = await exported(client);
    for (const dryRun of ["true", "false"] as const) {
      const { items } = await unwrap(client.importTemplates({ body: gzipBody(archive), dryRun }));
      expect(items.flatMap(({ locks = [] }) => locks.map(({ outcome }) => outcome))).toEqual([
        "conflict",
        "unchanged",
        "unchanged",
        "unchanged",
      ]);
      expect(items[0]?.locks?.[0]?.errors).toMatchObject([{ code: "lock_conflict" }]);
      expect(await exported(client)).toEqual(before);
    }
    const refused = await client.importTemplates({ body: gzipBody(archive), atomic: "true" });
    expect(refused).toBeProblem(409, "import_incomplete");
    expect(refused).toMatchObject({
      problem: { errors: [{ message: expect.stringMatching(/^inner 1\.0\.0, the lock: /) }] },
    });
    const there = await untouched();
    const told = await unwrap(there.client.importTemplates({ body: gzipBody(archive), dryRun: "true" }));
    expect(told.items[0]?.locks).toMatchObject([{ outcome: "created" }]);
    expect(await there.world.database.query("SELECT FROM marketplace.template_locks")).toEqual([]);
  });

  it("come to versions that are there without them; a bundle without locks still imports", async () => {
    const { content, entries } = await partsOf(archive);
    const bare = { content, entries: entries.filter(({ path }) => !/\/locks?[./]/.test(path)) };
    const there = await elsewhere();
    const old = await unwrap(there.client.importTemplates({ body: gzipBody(await packed(bare)), visibility: "keep" }));
    expect(old.items.map(({ outcome, locks }) => [outcome, locks])).toEqual(
      Array.from({ length: 3 }, () => ["created", undefined]),
    );
    const answer = await there.client.importTemplates({ body: gzipBody(archive) });
    if (!answer.ok) throw new Error(answer.problem.title);
    const { items } = answer.body;
    expect(items.map(({ outcome }) => outcome)).toEqual(["unchanged", "unchanged", "unchanged"]);
    expect(items.flatMap(({ locks = [] }) => locks.map(({ outcome }) => outcome))).toEqual(
      Array.from({ length: 4 }, () => "created"),
    );
    expect(answer.headers.get("nofx-change")).toBeTruthy();
    expect(await exported(there.client)).toEqual(archive);
  });

  const path = `${folder}/1.0.0/lock.json`;
  const with_ = async (change: (lock: BundledLock) => unknown): Promise<Parts> => {
    const parts = await partsOf(archive);
    const text = canonicalForm(change(await lockIn(path)));
    return replaced(parts, Buffer.from(text));
  };
  const replaced = ({ content, entries }: Parts, bytes: Buffer): Parts => ({
    content,
    entries: entries.map((entry): BundleEntry => (entry.path === path ? { path, content: bytes } : entry)),
  });

  it.each<[string, (lock: BundledLock) => unknown, string]>([
    [
      "lacks what its version wants",
      ({ agents: { collector: _left, ...agents }, ...lock }) => ({ ...lock, agents }),
      "which is not locked",
    ],
    [
      "holds a version that is not wanted",
      (lock) => ({
        ...lock,
        agents: { ...lock.agents, collector: { ...lock.agents.collector, version: "9.0.0" } },
      }),
      "who the lock and the template say",
    ],
    [
      "holds what nobody wants",
      (lock) => ({ ...lock, agents: { ...lock.agents, stranger: lock.agents.collector } }),
      "Those who want",
    ],
    [
      "means the same twice",
      (lock) => ({ ...lock, agents: { ...lock.agents, "globex/collector": lock.agents.collector } }),
      "mean the same",
    ],
    [
      "holds the template itself",
      (lock) => ({ ...lock, templates: { ...lock.templates, [templateId]: lock.templates.inner } }),
      "is what the lock is for",
    ],
  ])("a lock that %s is not kept, and the version is", async (_what, change, message) => {
    const there = await elsewhere();
    const body = gzipBody(await packed(await with_(change)));
    const { items } = await unwrap(there.client.importTemplates({ body }));
    expect(items[1]).toMatchObject({ outcome: "created", locks: [{ outcome: "invalid" }, { outcome: "created" }] });
    const [invalid] = items[1]?.locks ?? [];
    expect(invalid?.errors?.every(({ code }) => code === "lock_broken")).toBe(true);
    expect(invalid?.errors?.map((error) => error.message).join()).toContain(message);
    expect(await there.client.getTemplateVersionLock(address)).toBeProblem(404, "lock_not_found");
  });

  it("a lock for an environment that the version does not have is not kept", async () => {
    const { content, entries } = await partsOf(archive);
    const other = `${folder}/1.0.0/locks/production.json`;
    const renamed = entries.map((entry) =>
      entry.path === other ? { ...entry, path: other.replace("production", "space") } : entry,
    );
    const there = await elsewhere();
    const body = gzipBody(await packed({ content, entries: renamed }));
    const { items } = await unwrap(there.client.importTemplates({ body }));
    expect(items[1]?.locks?.[1]).toMatchObject({ environment: "space", errors: [{ code: "environment_unknown" }] });
  });

  const refused = async (parts: Parts, code: string, entry = path, said?: readonly BundleEntry[]) => {
    const there = await untouched();
    const answer = await there.client.importTemplates({ body: gzipBody(await packed(parts, said ?? parts.entries)) });
    expect(answer).toBeProblem(422, code);
    if (!answer.ok) expect((answer.problem as { entry?: string }).entry).toBe(entry);
    expect(await there.world.database.query("SELECT FROM marketplace.templates")).toEqual([]);
  };
  const digest = `sha256:${"0".repeat(64)}`;
  const entry = { version: "1.0.0", digest, requestedBy: [{ by: "the caller", range: "*" }] };
  const locked = (agents: string) => `{"agents":${agents},"lockVersion":1,"strategy":"highest","templates":{}}`;

  it.each<[string, string]>([
    ["is no JSON", "{"],
    ["is no lock", "[]"],
    ["nests deep", `${"[".repeat(10_000)}${"]".repeat(10_000)}`],
    ["holds a name that leads out", locked(JSON.stringify({ "../x": entry }))],
    ["holds a name with two slashes", locked(JSON.stringify({ "a/b/c": entry }))],
    ["holds a prototype", locked(`{"__proto__":${canonicalForm(entry)}}`)],
    ["holds a constructor with a prototype", locked(`{"constructor":{"prototype":${canonicalForm(entry)}}}`)],
    ["holds a wrong digest", locked(JSON.stringify({ x: { ...entry, digest: "sha256:0" } }))],
    ["holds more than it should", locked(canonicalForm({ x: { ...entry, more: 1 } }))],
    ["is not canonical", ` ${locked("{}")}`],
    [
      "tells who asks in another order",
      locked(canonicalForm({ x: { ...entry, requestedBy: [{ by: "the caller", range: "b" }, ...entry.requestedBy] } })),
    ],
    [
      "holds too much",
      locked(canonicalForm(Object.fromEntries(Array.from({ length: 2_001 }, (_, index) => [`a${index}`, entry])))),
    ],
  ])("422 bundle_content_invalid: a lock that %s", async (_what, text) => {
    await refused(replaced(await partsOf(archive), Buffer.from(text)), "bundle_content_invalid");
  });

  it("422 bundle_digest_wrong, bundle_too_large and bundle_index_invalid: other bytes, too many, another place", async () => {
    const parts = await partsOf(archive);
    await refused(await with_((lock) => ({ ...lock, strategy: "lowest" })), "bundle_digest_wrong", path, parts.entries);
    const large = Buffer.from(
      Array.from({ length: 5 * 1024 * 1024 }, (_, index) => String.fromCharCode(97 + ((index * 7919) % 26))).join(""),
    );
    await refused(replaced(parts, large), "bundle_too_large");
    const { content, entries } = parts;
    const at = entries.findIndex((one) => one.path === path);
    const swapped = entries.with(at, entries[at + 1] as BundleEntry).with(at + 1, entries[at] as BundleEntry);
    await refused({ content, entries: swapped }, "bundle_index_invalid", "bundle.json");
    const strange = entries.with(at, { ...(entries[at] as BundleEntry), path: `${folder}/1.0.0/locks/A.json` });
    await refused({ content, entries: strange }, "bundle_path_unsafe", `${folder}/1.0.0/locks/A.json`);
    const foreign = entries.with(at, { ...(entries[at] as BundleEntry), path: `${folder}/1.0.0/locks/9.json` });
    await refused({ content, entries: foreign }, "bundle_index_invalid", "bundle.json");
  });
});
