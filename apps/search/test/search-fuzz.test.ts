import { expect, it } from "vitest";
import { askAll, fuzzQueries } from "./fuzz-queries.ts";
import { agentDocument, indexed, templateDocument } from "./indexed.ts";

/** `SEARCH_FUZZ=5000` asks them all. */
const count = Number(process.env.SEARCH_FUZZ ?? 500);

it(`200 for whatever is typed: ${count} queries`, { timeout: 60_000 + count * 100 }, async () => {
  const words = ["review", "agent", "c++", "日本語", "the", "a", "slack", "email", "שלום", "😀 smile"];
  const documents = words.flatMap((word, n) => [
    agentDocument({ id: `agent-${n}`, name: word, description: `What ${word} does`, tags: ["a"], author: "A B" }),
    templateDocument({ id: `template-${n}`, name: `${word} flow`, body: words.join(" "), license: "MIT" }),
  ]);
  const { fetch } = await indexed(documents);
  const queries = fuzzQueries(count, 20_241_004);
  expect(queries).toHaveLength(count);
  expect(await askAll(fetch, queries)).toEqual([]);
});
