import { unwrap } from "@nofx/client";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { walk } from "./lists.ts";
import { type RegistryClient, registry, type TestRegistry } from "./registry.ts";

const agents = [
  {
    agentId: "code-review",
    name: "Code Review",
    description: "Names what must change before a merge.",
    tags: ["quality"],
  },
  { agentId: "sec-scan", name: "Scanner", description: "Code reviews by rules.", tags: ["security"] },
  { agentId: "sql_analyst", name: "SQL analyst", description: "Answers questions with queries.", tags: ["review"] },
  { agentId: "ubersetzer", name: "Übersetzer", description: "Перевод 日本語 text.", tags: ["translation"] },
];

const publishAll = async (world: TestRegistry, tenant: string, visibility: "public" | "private") => {
  const client = world.as(await world.given.publisher(tenant));
  for (const agent of agents) {
    const capabilities = [{ id: "do-it", label: "Runs the errand" }];
    await unwrap(client.publishAgent({ body: world.given.manifest({ ...agent, capabilities }), visibility }));
  }
  return client;
};

const found = async (client: RegistryClient, search: string): Promise<string[]> =>
  (await walk(client, { search }, 100)).map((name) => name.split("/")[1] ?? "");

describe("search", () => {
  it("finds words in names, ids, tags, capabilities and descriptions, in any form, best matches first", async () => {
    const world = await registry();
    await publishAll(world, "acme", "public");
    const searches = async (search: string) => await found(world.anonymous, search);
    expect(await searches("review")).toEqual(["code-review", "sql_analyst", "sec-scan"]);
    expect(await searches("REVIEWS")).toEqual(["code-review", "sql_analyst", "sec-scan"]);
    expect(await searches("code review")).toEqual(["code-review", "sec-scan"]);
    expect(await searches("code-review")).toEqual(["code-review", "sec-scan"]);
    expect(await searches('"merge change"')).toEqual([]);
    expect(await searches('"must change"')).toEqual(["code-review"]);
    expect(await searches("review -merge -sql")).toEqual(["sec-scan"]);
    expect((await searches("merge or scanner")).sort()).toEqual(["code-review", "sec-scan"]);
    expect(await searches("sql_ana")).toEqual(["sql_analyst"]);
    expect(await searches("analysts")).toEqual(["sql_analyst"]);
    expect(await searches("übers")).toEqual(["ubersetzer"]);
    expect(await searches("перевод 日本語")).toEqual(["ubersetzer"]);
    expect((await searches("errands")).length).toBe(4);
    expect((await searches("do-it")).length).toBe(4);
    expect(await searches("tag:review")).toEqual([]);
    expect(await searches("nothing of the kind")).toEqual([]);
  });

  it("the last word counts as a beginning, unless it is quoted or excluded", async () => {
    const world = await registry();
    await publishAll(world, "acme", "public");
    expect(await found(world.anonymous, "scan")).toEqual(["sec-scan"]);
    expect(await found(world.anonymous, "code qual")).toEqual(["code-review"]);
    expect(await found(world.anonymous, '"code qual"')).toEqual([]);
    expect(await found(world.anonymous, '"qual')).toEqual([]);
    expect((await found(world.anonymous, "code -qual")).sort()).toEqual(["code-review", "sec-scan"]);
  });

  it("shows nobody what they may not read, and their own agents first", async () => {
    const world = await registry();
    const alice = await publishAll(world, "acme", "private");
    const bob = await publishAll(world, "globex", "public");
    expect(await walk(world.anonymous, { search: "code review" }, 1)).toEqual([
      "globex/code-review",
      "globex/sec-scan",
    ]);
    expect(await walk(bob, { search: "code review" }, 1)).toEqual(["globex/code-review", "globex/sec-scan"]);
    expect(await walk(alice, { search: "code review" }, 1)).toEqual([
      "acme/code-review",
      "acme/sec-scan",
      "globex/code-review",
      "globex/sec-scan",
    ]);
    expect(await walk(alice, { search: "code", tag: "security", tenant: "globex" }, 1)).toEqual(["globex/sec-scan"]);
    expect(await walk(bob, { search: "code", tenant: "acme" }, 1)).toEqual([]);
  });

  it("without a word is no search", async () => {
    const world = await registry();
    await publishAll(world, "acme", "public");
    expect(await walk(world.anonymous, { search: " " }, 10)).toEqual(await walk(world.anonymous, {}, 10));
    expect(await walk(world.anonymous, { search: "", sort: "relevance" }, 10)).toHaveLength(4);
  });

  it("200 whatever is typed; 400 for U+0000 and for more than 200 characters", async () => {
    const world = await registry();
    await publishAll(world, "acme", "public");
    const typed = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 60 }),
      fc
        .array(
          fc.constantFrom(
            "'",
            '"',
            "\\",
            "&",
            "|",
            "!",
            "(",
            ")",
            ":*",
            "<->",
            "-",
            " ",
            "or",
            "code",
            "re",
            "%",
            "😀",
            "tenant:acme",
          ),
          { maxLength: 40 },
        )
        .map((parts) => parts.join("")),
    );
    const sorts = fc.constantFrom("relevance", "name", undefined);
    await fc.assert(
      fc.asyncProperty(typed, sorts, async (search, sort) => {
        fc.pre(!search.includes("\0") && search.length <= 200);
        const answer = await world.anonymous.listAgents({ search, ...(sort && { sort }) });
        expect({ search, status: answer.status }).toEqual({ search, status: 200 });
      }),
      { numRuns: 100 },
    );
    expect(await world.anonymous.listAgents({ search: "a\0" })).toBeProblem(400, "request_invalid");
    expect(await world.anonymous.listAgents({ search: "x".repeat(201) })).toBeProblem(400, "request_invalid");
  });
});

describe("the words of all tenants", () => {
  it("cannot be read or changed by the service, and its function takes nobody's word for who asks", async () => {
    const world = await registry();
    await publishAll(world, "acme", "private");
    const { pool } = world.deps.db;
    for (const statement of ["SELECT FROM agent_search", "DELETE FROM agent_search", "DELETE FROM agent_labels"]) {
      await expect(pool.query(statement)).rejects.toThrow("permission denied");
    }
    for (const part of ["own", "others", "all", ""]) {
      for (const labels of [
        ["is:listed"],
        ["tenant:acme"],
        ["x' | 'tenant:acme"],
        ["tenant:acme", "visibility:private"],
      ]) {
        const { rows } = await pool.query(
          "SELECT * FROM find_agents($1, $2, 'code', NULL, 'name', NULL, NULL, NULL, NULL, 9)",
          [part, labels],
        );
        expect(rows).toEqual([]);
      }
    }
  });
});
