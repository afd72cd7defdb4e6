import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { agentDocument, indexed, indexedForAll, put, templateDocument } from "./indexed.ts";
import type { World } from "./world.ts";

const documents = [
  agentDocument({ id: "code-review", name: "Code Review", tags: ["review"] }),
  templateDocument({ id: "pull-request-gate", name: "Pull Request Gate", description: "Nothing without review" }),
  agentDocument({ id: "email-drafter", name: "Email Drafter" }),
];

describe("pages of a search", () => {
  const world = indexedForAll(documents);
  const ask = async (query: Parameters<World["anonymous"]["unifiedSearch"]>[0]) =>
    unwrap(world().anonymous.unifiedSearch(query));

  it("200: pages are of one search, and give every hit once", async () => {
    const seen: string[] = [];
    const searches = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = await ask({ sort: "name", limit: 1, ...(cursor && { cursor }) });
      expect(page.hits).toHaveLength(1);
      seen.push(...page.hits.map(({ id }) => id));
      searches.add(page.searchId);
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual(["code-review", "email-drafter", "pull-request-gate"]);
    expect(searches.size).toBe(1);
  });

  it("400 cursor_invalid: of another search, or never made", async () => {
    const { nextCursor = "" } = await ask({ q: "review", limit: 1 });
    expect(nextCursor).not.toBe("");
    expect((await world().anonymous.unifiedSearch({ q: "review", limit: 1, cursor: nextCursor })).status).toBe(200);
    const made = (after: unknown) => {
      const [list, position] = JSON.parse(Buffer.from(nextCursor, "base64url").toString());
      return Buffer.from(JSON.stringify([list, { ...position, after }])).toString("base64url");
    };
    const place = { mode: "all", value: 1, key: "k", today: 20_000 };
    const beyond = [{ value: "x" }, { key: "\0" }, { today: 1e300 }].map((odd) =>
      made(JSON.stringify({ ...place, ...odd })),
    );
    for (const cursor of [
      "x",
      made("1"),
      made("\0"),
      made('{"a":1}'),
      made("[]"),
      made("[null,null]"),
      made(7),
      ...beyond,
    ]) {
      expect(await world().anonymous.unifiedSearch({ q: "review", limit: 1, cursor })).toBeProblem(
        400,
        "cursor_invalid",
      );
    }
    for (const other of [{ q: "reviews" }, { q: "review", tag: "review" }, { q: "review", sort: "name" as const }]) {
      expect(await world().anonymous.unifiedSearch({ ...other, cursor: nextCursor })).toBeProblem(
        400,
        "cursor_invalid",
      );
    }
  });

  it("400 request_invalid: parameters that nothing can have", async () => {
    for (const query of [
      "limit=0",
      "sort=best",
      "facets=color",
      "minRating=9",
      "min_change=yesterday",
      "type=robot",
      "author=a%00b",
      "q=a&q=b",
    ]) {
      const answered = await world().fetch(`http://search.test/api/search?${query}`);
      expect([query, answered.status, ((await answered.json()) as { code: string }).code]).toEqual([
        query,
        400,
        "request_invalid",
      ]);
    }
  });
});

it("200: goes on from a cursor in an index that was rebuilt meanwhile", async () => {
  const world = await indexed(documents);
  const first = await unwrap(world.anonymous.unifiedSearch({ sort: "name", limit: 1 }));
  await put(
    world,
    [agentDocument({ id: "another", name: "Another" })],
    [{ type: "agent", tenant: "acme", id: "email-drafter" }],
  );
  const cursor = first.nextCursor ?? "";
  const second = await unwrap(world.anonymous.unifiedSearch({ sort: "name", limit: 5, cursor }));
  expect(second.hits.map(({ id }) => id)).toEqual(["pull-request-gate"]);
  expect(second.searchId).toBe(first.searchId);
});
