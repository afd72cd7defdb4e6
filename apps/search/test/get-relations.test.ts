import { unwrap } from "@nofx/client";
import { expect, it } from "vitest";
import { agent, keep, template, uses } from "./kept-records.ts";
import { world } from "./world.ts";

const acme = "acme";

it("200: what it depends on and what uses it, with how, the nearest first", async () => {
  const { deps, anonymous } = await world();
  await keep(
    deps,
    agent("linter"),
    agent("review", { dependencies: [{ tenant: acme, agentId: "linter", range: "^1.0.0" }] }),
    template("train", { uses: [uses("review", { range: "^1.0.0", locked: "1.0.0", environment: "production" })] }),
    template("bundle", { uses: [uses("train", { kind: "template", locked: "1.0.0" })] }),
  );
  const found = await unwrap(anonymous.getRelations({ type: "agent", id: "review", tenant: acme }));
  expect(found.nodes.map(({ id, depth, found: isFound }) => [id, depth, isFound])).toEqual([
    ["review", 0, true],
    ["linter", 1, true],
    ["train", 1, true],
    ["bundle", 2, true],
  ]);
  const review = { type: "agent", tenant: acme, id: "review" };
  expect(found.edges).toMatchObject([
    {
      from: review,
      direction: "depends-on",
      depth: 1,
      relation: "uses",
      range: "^1.0.0",
      version: "1.0.0",
      dead: false,
    },
    { to: review, direction: "used-by", depth: 1, locked: "1.0.0", environment: "production" },
    { from: { type: "template", id: "bundle" }, to: { id: "train" }, direction: "used-by", depth: 2 },
  ]);
  expect(found.truncated).toBe(false);
});

it("200: a circle ends, each resource told once with its shortest way", async () => {
  const { deps, anonymous } = await world();
  const dependencies = (...ids: string[]) => ids.map((agentId) => ({ tenant: acme, agentId, range: "*" }));
  await keep(
    deps,
    agent("a", { dependencies: dependencies("b", "c") }),
    agent("b", { dependencies: dependencies("c") }),
    agent("c", { dependencies: dependencies("a") }),
  );
  const asked = { type: "agent", id: "a", tenant: acme, direction: "depends-on", depth: 10 } as const;
  const found = await unwrap(anonymous.getRelations(asked));
  expect(found.nodes.map(({ id, depth }) => [id, depth])).toEqual([
    ["a", 0],
    ["b", 1],
    ["c", 1],
  ]);
  expect(found.edges.map(({ from, to, depth }) => `${from.id}${to.id}${depth}`)).toEqual(["ab1", "ac1", "bc2", "ca2"]);
});

it("200: no deeper than `depth`, no more than `limit`, and only what `relation` names", async () => {
  const { deps, anonymous } = await world();
  await keep(
    deps,
    agent("old", { successor: { tenant: acme, agentId: "review" } }),
    agent("review"),
    ...["a", "b", "c"].map((id) => template(id, { uses: [uses("review")] })),
    template("fork", {
      forkedFrom: { tenant: acme, templateId: "a", version: "1.0.0" },
      uses: [uses("a", { kind: "template" })],
    }),
  );
  const asked = { type: "agent", id: "review", tenant: acme } as const;
  const shallow = await unwrap(anonymous.getRelations({ ...asked, depth: 1 }));
  expect([shallow.nodes.map(({ id }) => id), shallow.truncated]).toEqual([["review", "a", "b", "c"], false]);
  const cut = await unwrap(anonymous.getRelations({ ...asked, limit: 2 }));
  expect([cut.edges.map(({ from }) => from.id), cut.truncated]).toEqual([["a", "b"], true]);
  const successors = await unwrap(anonymous.getRelations({ ...asked, relation: "successor" }));
  expect(successors.edges).toMatchObject([{ relation: "successor", from: { id: "old" } }]);
  const any = await unwrap(anonymous.getRelations({ ...asked, relation: "any" }));
  expect(any.edges.map(({ relation }) => relation).sort()).toEqual([
    "fork",
    "successor",
    "uses",
    "uses",
    "uses",
    "uses",
  ]);
});

it("200: that it refers to what is not there is told, and what another tenant keeps private is not there", async () => {
  const { deps, person } = await world();
  const alice = await person("viewer");
  const stranger = await person("viewer");
  await keep(
    deps,
    agent("hidden", { tenant: stranger.tenant, visibility: "private" }),
    template("mine", {
      tenant: alice.tenant,
      uses: [uses("ghost", { tenant: stranger.tenant }), uses("hidden", { tenant: stranger.tenant })],
    }),
  );
  const found = await unwrap(alice.search.getRelations({ type: "template", id: "mine" }));
  expect(found.edges.map(({ to, dead }) => [to.id, dead])).toEqual([
    ["ghost", true],
    ["hidden", true],
  ]);
  expect(found.nodes.slice(1)).toEqual(
    ["ghost", "hidden"].map((id) => ({ type: "agent", tenant: stranger.tenant, id, depth: 1, found: false })),
  );
});

it("200: what its tenant keeps private is left out for others, in no edge, node or limit", async () => {
  const { deps, anonymous, person } = await world();
  const alice = await person("viewer");
  const { tenant } = alice;
  await keep(
    deps,
    agent("aardvark", { tenant, visibility: "private" }),
    agent("review", { tenant }),
    template("aaa", { tenant, visibility: "private", uses: [uses("review", { tenant })] }),
    template("open", {
      tenant,
      uses: [uses("aardvark", { tenant }), uses("gone", { tenant }), uses("review", { tenant })],
      forkedFrom: { tenant, templateId: "aaa", version: "1.0.0" },
    }),
  );
  const asked = { type: "template", id: "open", tenant, relation: "any", depth: 1 } as const;
  const own = await unwrap(alice.search.getRelations(asked));
  expect(own.edges.map(({ to }) => to.id)).toEqual(["aardvark", "gone", "review", "aaa"]);
  const seen = await unwrap(anonymous.getRelations({ ...asked, limit: 2 }));
  expect([seen.edges.map(({ to, dead }) => [to.id, dead]), seen.truncated]).toEqual([
    [
      ["gone", true],
      ["review", false],
    ],
    false,
  ]);
  const usedBy = await unwrap(anonymous.getRelations({ type: "agent", id: "review", tenant, limit: 1 }));
  expect([usedBy.edges.map(({ from }) => from.id), usedBy.truncated]).toEqual([["open"], false]);
});

it("200: what a draft says is told to its own tenant only", async () => {
  const { deps, anonymous, person } = await world();
  const alice = await person("viewer");
  const draft = {
    version: "2.0.0",
    status: "draft",
    publishedAt: "2026-11-22T09:30:00.000Z",
    publishedBy: "alice",
  } as const;
  const { tenant } = alice;
  const edges = [uses("next", { version: "2.0.0" })];
  await keep(deps, agent("next"), template("train", { tenant, versions: [draft], uses: edges }));
  const asked = { type: "template", id: "train", tenant } as const;
  expect((await unwrap(alice.search.getRelations(asked))).edges).toHaveLength(1);
  expect((await unwrap(anonymous.getRelations(asked))).edges).toEqual([]);
});

it("200: a record that comes again replaces what it said before", async () => {
  const { deps, anonymous } = await world();
  await keep(deps, agent("a"), agent("b"), template("train", { uses: [uses("a")] }));
  await keep(deps, template("train", { uses: [uses("b")] }));
  const found = await unwrap(anonymous.getRelations({ type: "template", id: "train", tenant: acme }));
  expect(found.edges.map(({ to }) => to.id)).toEqual(["b"]);
});

it("200: a service sees what all tenants have", async () => {
  const { deps, registry, client, person } = await world();
  const { tenant } = await person("viewer");
  await keep(deps, agent("secret", { tenant, visibility: "private" }));
  const operator = registry.client("operator-token-for-tests-0123456789abcdef");
  const body = { name: "s", tenant, role: "viewer", kind: "service" } as const;
  const { secret } = await unwrap(operator.createToken({ body }));
  const asked = { type: "agent", id: "secret", tenant } as const;
  expect((await unwrap(client(secret).getRelations(asked))).nodes).toHaveLength(1);
});

it("404 resource_not_found: one that another tenant keeps private is like one that is not there", async () => {
  const { deps, anonymous, person } = await world();
  const [alice, stranger] = [await person("viewer"), await person("viewer")];
  await keep(deps, agent("secret", { tenant: alice.tenant, visibility: "private" }));
  const asked = { type: "agent", tenant: alice.tenant } as const;
  for (const client of [anonymous, stranger.search]) {
    const hidden = await client.getRelations({ ...asked, id: "secret" });
    expect(hidden).toBeProblem(404, "resource_not_found");
    expect(await client.getRelations({ ...asked, id: "absent" })).toBeProblem(404, "resource_not_found");
  }
  expect(await anonymous.getRelations({ type: "agent", id: "secret" })).toBeProblem(404, "resource_not_found");
});

it("400 request_invalid: more than ten steps", async () => {
  const { anonymous } = await world();
  const asked = { type: "agent", id: "a", tenant: acme, depth: 11 } as const;
  expect(await anonymous.getRelations(asked)).toBeProblem(400, "request_invalid");
});

it("403 forbidden: the operator's token has no scopes; the answer says which token has", async () => {
  const { operator } = await world();
  const refused = await operator.getRelations({ type: "agent", id: "a", tenant: acme });
  expect(refused).toBeProblem(403, "forbidden");
  const detail = "The token lacks the scope agents:read. Use a token of a tenant, or none.";
  expect(refused).toMatchObject({ problem: { detail } });
});
