import { expect, it } from "vitest";
import { fuzzAnswers } from "../fuzz-queries.ts";

it("200 for whatever is typed: 5,000 queries", async () => {
  const { asked, refusals, slowestMs } = await fuzzAnswers(5_000);
  console.log({ asked, refusals: refusals.length, slowestMs });
  expect([asked, refusals]).toEqual([10_000, []]);
}, 1_200_000);
