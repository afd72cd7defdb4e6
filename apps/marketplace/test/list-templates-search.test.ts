import { unwrap } from "@nofx/client";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { type MarketplaceClient, marketplace, type TestMarketplace } from "./marketplace.ts";
import { workflow } from "./templates.ts";

const about = (agents: readonly string[]) => ({ metadata: { agents: [...agents] }, tags: [], category: undefined });

const templates = [
  workflow({
    ...about(["docs-editor"]),
    templateId: "pull-request-gate",
    name: "Pull Request Gate",
    description: "Names what must change before a merge.",
  }),
  workflow({
    ...about([]),
    templateId: "sec-scan",
    name: "Scanner",
    description: "Requests by rules.",
    tags: ["security"],
  }),
  workflow({
    ...about([]),
    templateId: "invoice_run",
    name: "Invoice run",
    description: "Pays.",
    tags: ["request"],
    category: "finance-payments",
  }),
  workflow({ ...about([]), templateId: "ubersetzer", name: "Übersetzer", description: "Перевод 日本語 text." }),
];

describe("search", () => {
  let world: TestMarketplace;
  let alice: MarketplaceClient;
  const found = async (search: string, client: MarketplaceClient = world.anonymous): Promise<string[]> =>
    (await unwrap(client.listTemplates({ search, limit: 100 }))).templates.map(({ templateId }) => templateId);
  const publishAll = async (tenant: string, visibility: "public" | "private") => {
    const client = world.as(await world.person("publisher", tenant));
    for (const { category, ...body } of templates) {
      await unwrap(client.publishTemplate({ body: { ...body, ...(category && { category }) }, visibility }));
    }
    return client;
  };

  beforeEach(async () => {
    world = await marketplace();
    alice = await publishAll("acme", "public");
  });

  it("finds words in names, ids, tags, categories, agents and descriptions, in any form, best matches first", async () => {
    expect(await found("request")).toEqual(["pull-request-gate", "invoice_run", "sec-scan"]);
    expect(await found("REQUESTS")).toEqual(["pull-request-gate", "invoice_run", "sec-scan"]);
    expect(await found("pull request")).toEqual(["pull-request-gate"]);
    expect(await found("pull-request")).toEqual(["pull-request-gate"]);
    expect(await found('"merge change"')).toEqual([]);
    expect(await found('"must change"')).toEqual(["pull-request-gate"]);
    expect(await found("request -merge -pays")).toEqual(["sec-scan"]);
    expect((await found("merge or scanner")).sort()).toEqual(["pull-request-gate", "sec-scan"]);
    expect(await found("invoice_ru")).toEqual(["invoice_run"]);
    expect(await found("payments")).toEqual(["invoice_run"]);
    expect(await found("docs-editor")).toEqual(["pull-request-gate"]);
    expect(await found("übers")).toEqual(["ubersetzer"]);
    expect(await found("перевод 日本語")).toEqual(["ubersetzer"]);
    expect(await found("tag:request")).toEqual([]);
    expect(await found("name:scanner")).toEqual([]);
    expect(await found("nothing of the kind")).toEqual([]);
  });

  it("takes the last word as a beginning, unless it is quoted or excluded", async () => {
    expect(await found("scan")).toEqual(["sec-scan"]);
    expect(await found("requests sec")).toEqual(["sec-scan"]);
    expect(await found('"requests secu"')).toEqual([]);
    expect(await found('"secu')).toEqual([]);
    expect((await found("request -secu")).sort()).toEqual(["invoice_run", "pull-request-gate", "sec-scan"]);
  });

  it("without a word is no search", async () => {
    expect(await found(" ")).toEqual(await found(""));
    expect(await found(" ")).toHaveLength(4);
  });

  it("shows nobody what they may not read", async () => {
    const bob = await publishAll("globex", "private");
    expect(await found("scan")).toEqual(["sec-scan"]);
    expect(await found("scan", alice)).toEqual(["sec-scan"]);
    expect(await found("scan", bob)).toEqual(["sec-scan", "sec-scan"]);
  });

  it("200 whatever is typed; 400 for U+0000 and for more than 200 characters", async () => {
    const pieces = [
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
      "request",
      "re",
      "%",
      "😀",
      "tenant:acme",
    ];
    const typed = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 60 }),
      fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join("")),
    );
    const sorts = fc.constantFrom("relevance" as const, "name" as const, undefined);
    const anything = fc.asyncProperty(typed, sorts, async (search, sort) => {
      fc.pre(!search.includes("\0") && search.length <= 200);
      const answer = await world.anonymous.listTemplates({ search, facets: "tag", ...(sort && { sort }) });
      expect({ search, status: answer.status }).toEqual({ search, status: 200 });
    });
    await fc.assert(anything, { numRuns: 150 });
    expect(await world.anonymous.listTemplates({ search: "a\0" })).toBeProblem(400, "request_invalid");
    expect(await world.anonymous.listTemplates({ search: "x".repeat(201) })).toBeProblem(400, "request_invalid");
  });

  it("200 whatever the values of filters are", async () => {
    const value = fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 });
    const anything = fc.asyncProperty(value, async (text) => {
      fc.pre(!text.includes("\0"));
      const query = { author: text, license: [text, "MIT"], agent: [text], environment: text, facets: "author" };
      expect({ text, status: (await world.anonymous.listTemplates(query)).status }).toEqual({ text, status: 200 });
    });
    await fc.assert(anything, { numRuns: 50 });
  });
});

describe("the words and labels of all tenants", () => {
  it("cannot be read or changed by the service, and its functions take nobody's word for who asks", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("publisher", "acme"));
    await unwrap(alice.publishTemplate({ body: workflow() }));
    const { pool } = world.deps.db;
    for (const table of ["template_search", "template_labels"]) {
      for (const statement of [`SELECT FROM ${table}`, `DELETE FROM ${table}`]) {
        await expect(pool.query(statement)).rejects.toThrow("permission denied");
      }
    }
    await expect(pool.query("SELECT list_templates('acme', 'is:listed', 'name', NULL, '', '', '', 9)")).rejects.toThrow(
      "permission denied",
    );
    for (const labels of [
      [],
      ["is:listed"],
      ["tenant:acme"],
      ["x' | 'tenant:acme"],
      ["visibility:private"],
      ["status:active"],
    ]) {
      const groups = JSON.stringify(labels.map((label) => [label]));
      for (const search of [null, "release"]) {
        const { rows } = await pool.query("SELECT * FROM find_templates($1, $2, 'name', NULL, NULL, NULL, NULL, 9)", [
          groups,
          search,
        ]);
        expect(rows).toEqual([]);
        const counted = await pool.query("SELECT * FROM count_templates($1, $2, '{tag,tenant}', 9)", [groups, search]);
        expect(counted.rows).toEqual([{ facet: "total", value: "", count: 0 }]);
      }
    }
  });
});
