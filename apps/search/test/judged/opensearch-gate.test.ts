import { describe, expect, it } from "vitest";
import { engineInDouble } from "../opensearch-world.ts";
import { type Answered, evaluate, summarize } from "./evaluate.ts";
import { inventedDocuments } from "./invented.ts";
import { readJudgments } from "./judgments.ts";
import { shippedDocuments } from "./shipped.ts";
import { tell } from "./tell.ts";

/** Documents are as old as their draws say, whenever they are measured. */
const now = new Date("2026-11-23T12:00:00Z");

describe("relevance on the judged queries, in OpenSearch", () => {
  it("passes the gate: the order comes from constants, so the double's is OpenSearch's", async () => {
    const { engine, create, apply } = await engineInDouble(undefined, () => now);
    await create(1);
    await apply(1, { puts: [...shippedDocuments(now), ...inventedDocuments(now)] });
    const answered: Answered[] = [];
    for (const judged of readJudgments()) answered.push(...(await evaluate(engine, 1, [judged])).answered);
    const evaluation = summarize(answered);
    expect(evaluation.failures, tell(evaluation)).toEqual([]);
  });
});
