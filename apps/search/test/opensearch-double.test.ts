import { describe, expect, it } from "vitest";
import { questionsOf } from "./bench/questions.ts";
import { documentOf } from "./documents.ts";
import { cluster, engineInBoth } from "./opensearch-world.ts";
import { agentDocument, asked } from "./small-documents.ts";

describe.runIf(cluster)("OPENSEARCH_URL and the double answer alike", () => {
  it.each([
    ["its tenant", { tenantId: "t1", seesAll: false }],
    ["a service", { tenantId: "", seesAll: true }],
  ])("all kinds of questions over many documents, asked by %s", async (_who, viewer) => {
    const { engine, create, apply } = await engineInBoth();
    const corpus = { documents: 1_000 };
    await create(1);
    await apply(1, { puts: Array.from({ length: corpus.documents }, (_, n) => documentOf(corpus, n)) });
    const questions = questionsOf(
      {
        search: (generation, request) => engine.search(generation, { ...request, viewer }),
        suggest: (generation, request) => engine.suggest(generation, { ...request, viewer }),
      },
      corpus,
    );
    for (const ask of Object.values(questions)) for (let round = 0; round < 10; round += 1) await ask(round);
  });

  it("what is not there", async () => {
    const { engine, create, apply } = await engineInBoth();
    await apply(7, { puts: [agentDocument("x")], removes: [agentDocument("y")] });
    for (const attempt of [() => engine.search(7, asked("x ")), () => engine.settle(7), () => engine.size(7)]) {
      await expect(attempt()).rejects.toMatchObject({ status: 503 });
    }
    await engine.drop(7);
    await create(1);
    await create(1);
    await apply(1, { removes: [agentDocument("x")] });
    expect(await engine.size(1)).toEqual({ documents: 0, terms: 0 });
  });

  it.each([
    ["an id that is too long", agentDocument("y".repeat(600))],
    ["a value that is too long", agentDocument("y", { author: "y".repeat(40_000) })],
    ["a number that is none", agentDocument("y", { usage30d: 1e30 })],
  ])("a batch with a document with %s, and what was written of it", async (_what, refused) => {
    const { engine, create, apply } = await engineInBoth();
    await create(1);
    await expect(apply(1, { puts: [agentDocument("good"), refused] })).rejects.toThrow("OpenSearch refused");
    await engine.settle(1);
    await engine.search(1, asked(""));
    await apply(1, { puts: [agentDocument("fraction", { usage30d: 1.5 })] });
    await engine.search(1, asked("", { sort: "popular" }));
  });

  it("texts of any script in the order of their bytes", async () => {
    const { engine, create, apply } = await engineInBoth();
    await create(1);
    const names = ["z", "é", "ｚ", "日本語", "😀", "שלום", "a \0 b\u2028c", "\ufffd", "\uffee"];
    await apply(1, { puts: names.map((name, n) => agentDocument(`a${n}`, { name, tags: [name], author: name })) });
    await engine.search(1, asked("", { sort: "name", facets: ["tag", "author"] }));
  });

  it("the longest queries", async () => {
    const { engine, create, apply } = await engineInBoth();
    await create(1);
    const words = Array.from({ length: 300 }, (_, n) => `a${n.toString(36)} b${n.toString(36)}`).join(" ");
    await apply(1, { puts: [agentDocument("many", { body: words })] });
    for (const q of ["a-b* ".repeat(100), "-a-b* ".repeat(90), "a* ".repeat(170), "ci db pr ".repeat(55)]) {
      expect((await engine.search(1, asked(q))).total.relation).toBe("eq");
    }
  });
});
