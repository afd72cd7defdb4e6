import { expect, it } from "vitest";
import { fuzzAnswers } from "./fuzz-queries.ts";

it("200 for whatever is typed: 500 queries, as searches and as what is typed so far", async () => {
  const { asked, refusals } = await fuzzAnswers(500);
  expect([asked, refusals]).toEqual([1_000, []]);
}, 180_000);
