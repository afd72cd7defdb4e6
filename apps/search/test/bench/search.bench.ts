import { loadavg } from "node:os";
import { describe, expect, it } from "vitest";
import { documentOf } from "../documents.ts";
import { testEngine } from "../engine-world.ts";
import { measure } from "./measure.ts";
import { questionsOf } from "./questions.ts";

const batch = 500;
/** `SEARCH_DOCUMENTS=1000000` for a million: some ten gigabytes. */
const sizes = process.env.SEARCH_DOCUMENTS?.split(",").map(Number) ?? [1_000, 10_000, 100_000];

/** Several times what it takes on a busy machine. */
const timeoutMs = (documents: number): number => 300_000 + documents * 20;

describe.each(sizes)("%i documents", (documents) => {
  it(
    "are put in quickly, and found in bounded time, whatever is asked",
    async () => {
      const corpus = { documents };
      const { engine, create, apply } = await testEngine();
      await create(1);
      const startedAt = performance.now();
      for (let at = 0; at < documents; at += batch) {
        const puts = Array.from({ length: Math.min(batch, documents - at) }, (_, n) => documentOf(corpus, at + n));
        await apply(1, { puts });
      }
      const loadedAt = performance.now();
      await engine.settle(1);
      const seconds = { load: (loadedAt - startedAt) / 1000, settle: (performance.now() - loadedAt) / 1000 };
      const alone = await measure(questionsOf(engine, corpus), { rounds: 30, concurrency: 1 });
      const together = await measure(questionsOf(engine, corpus), { rounds: 60, concurrency: 8 });
      console.log({ ...(await engine.size(1)), ...seconds, loadOfMachine: loadavg()[0] });
      console.table(
        Object.entries(together).map(([kind, times]) => {
          const { p50, p95 } = alone[kind as keyof typeof alone];
          return { kind, "p50 alone": p50, "p95 alone": p95, "p50 of 8": times.p50, "p95 of 8": times.p95 };
        }),
      );
      // Ratios hold on a busy machine, too: what is in half of the documents against what is in a few.
      expect(alone.common.p50 / alone.rare.p50).toBeLessThan(3);
    },
    timeoutMs(documents),
  );
});
