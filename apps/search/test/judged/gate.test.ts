import type { TestDatabase } from "@nofx/testkit";
import { freshDatabase } from "@nofx/testkit/service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { searchTrack } from "../../src/index.ts";
import { evaluate } from "./evaluate.ts";
import { type JudgedIndex, openJudgedIndex } from "./judged-index.ts";
import { readJudgments } from "./judgments.ts";
import { tell } from "./tell.ts";

describe("relevance on the judged queries", () => {
  const judged = readJudgments();
  let database: TestDatabase;
  let index: JudgedIndex;
  beforeAll(async () => {
    database = await freshDatabase(searchTrack);
    index = openJudgedIndex(database.url);
  });
  afterAll(async () => {
    await index.close();
    await database.drop();
  });

  it("passes the gate", async () => {
    await index.build(1);
    const evaluation = await evaluate(index.engine, 1, judged);
    expect(evaluation.failures, tell(evaluation)).toEqual([]);
  });

  it("would not pass it if nothing were known of typos", async () => {
    await index.build(2);
    await database.query("UPDATE search.index_terms SET deletions = NULL WHERE generation = 2");
    const { totals, kinds } = await evaluate(index.engine, 2, judged);
    expect(totals.ndcg).toBeLessThan(0.9);
    expect(totals.zeroResultRate).toBeGreaterThan(0);
    expect(kinds.get("typo")?.ndcg).toBeLessThan(0.5);
  });

  it("would not pass it if each word said as much as any other", async () => {
    await index.build(3);
    // Lexemes with # tell how many documents there are.
    await database.query(
      "UPDATE search.index_lexemes SET documents = 1 WHERE generation = 3 AND left(lexeme, 1) <> '#'",
    );
    const { totals, kinds, failures } = await evaluate(index.engine, 3, judged);
    expect(failures).not.toEqual([]);
    expect(totals.ndcg).toBeLessThan(0.9);
    expect(kinds.get("rarity")?.ndcg).toBeLessThan(0.7);
  });

  it.each(["reveiw pull requst", "review pull request"])(
    "finds of what ships first what reviews pull requests, and what is built from it: %s",
    async (query) => {
      await index.build(4, "shipped");
      const { answered } = await evaluate(
        index.engine,
        4,
        judged.filter((one) => one.query === query),
      );
      expect(answered[0]?.ranked.slice(0, 2).sort()).toEqual([
        "agent:local/code-review",
        "template:local/pull-request-gate",
      ]);
    },
  );
});
