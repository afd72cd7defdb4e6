import { describe, expect, it } from "vitest";
import { cluster, engineInCluster, engineInDouble, type OpensearchTestEngine } from "../opensearch-world.ts";
import { type Answered, type Evaluation, evaluate, summarize } from "./evaluate.ts";
import { inventedDocuments } from "./invented.ts";
import { readJudgments } from "./judgments.ts";
import { shippedDocuments } from "./shipped.ts";
import { tell } from "./tell.ts";

/** Documents are as old as their draws say, whenever they are measured. */
const now = new Date("2026-11-23T12:00:00Z");

const judge = async ({ engine, create, apply }: OpensearchTestEngine): Promise<Evaluation> => {
  await create(1);
  await apply(1, { puts: [...shippedDocuments(now), ...inventedDocuments(now)] });
  const answered: Answered[] = [];
  for (const judged of readJudgments()) answered.push(...(await evaluate(engine, 1, [judged])).answered);
  return summarize(answered);
};

describe("relevance on the judged queries, in OpenSearch", () => {
  it("passes the gate: the order comes from constants, so the double's is OpenSearch's", async () => {
    const evaluation = await judge(await engineInDouble(undefined, () => now));
    expect(evaluation.failures, tell(evaluation)).toEqual([]);
  });

  it.runIf(cluster)("passes it in OPENSEARCH_URL, too, with the same answers", async () => {
    const evaluation = await judge(engineInCluster(undefined, () => now));
    expect(evaluation.failures, tell(evaluation)).toEqual([]);
    expect(evaluation.answered).toEqual((await judge(await engineInDouble(undefined, () => now))).answered);
  });
});
