import { HttpProblem } from "@nofx/service-kit";
import { describe, expect, it, onTestFinished } from "vitest";
import { connectOpensearch } from "../src/engines/opensearch/connection.ts";
import { opensearchEngine } from "../src/engines/opensearch/opensearch-engine.ts";
import { Failure } from "./opensearch/failure.ts";
import { engineInDouble } from "./opensearch-world.ts";
import { agentDocument, asked } from "./small-documents.ts";

/** What an attempt fails with. */
const failureOf = async (attempt: Promise<unknown>): Promise<HttpProblem> => {
  const failure = await attempt.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failure instanceof HttpProblem)) throw new Error(`not a problem: ${String(failure)}`);
  return failure;
};

const filled = async () => {
  const world = await engineInDouble();
  await world.create(1);
  await world.apply(1, { puts: [agentDocument("x", { name: "Code Review" })] });
  return world;
};

describe("while OpenSearch", () => {
  it("is away, searches are 503 unavailable with Retry-After; once it is back they are answered", async () => {
    const { engine, double, apply } = await filled();
    await double.stop();
    const suggesting = { viewer: { tenantId: "", seesAll: false }, text: "code", limit: 5, types: [] };
    for (const attempt of [
      engine.search(1, asked("code ")),
      engine.suggest(1, suggesting),
      engine.size(1),
      apply(1, { puts: [agentDocument("y")] }),
    ]) {
      const failure = await failureOf(attempt);
      expect(failure).toMatchObject({ status: 503, code: "unavailable" });
      expect(failure.details.headers).toEqual({ "retry-after": "2" });
    }
    await double.resume();
    expect((await engine.search(1, asked("code "))).total).toEqual({ value: 1, relation: "eq" });
  });

  it("answers nothing, a search is given up after three seconds", async () => {
    const { engine, double } = await filled();
    double.isStalled = true;
    const begun = performance.now();
    expect(await failureOf(engine.search(1, asked("code ")))).toMatchObject({ status: 503 });
    expect(performance.now() - begun).toBeLessThan(4_000);
  });

  it.each([
    [429, "rejected_execution_exception"],
    [503, "cluster_block_exception"],
    [500, "search_phase_execution_exception"],
    [401, "security_exception"],
    [404, "index_not_found_exception"],
  ])("answers %s, nothing is wrong with what was asked", async (status, type) => {
    const { engine, double, apply } = await filled();
    double.failing = new Failure(status, type, "not now");
    const failure = await failureOf(engine.search(1, asked("code ")));
    expect(failure).toMatchObject({ status: 503, code: "unavailable" });
    expect(String(failure.cause)).toContain(type);
    expect(JSON.stringify(failure)).not.toContain("not now");
    if (status !== 404)
      expect(await failureOf(apply(1, { puts: [agentDocument("y")] }))).toMatchObject({ status: 503 });
  });

  it("refuses the credentials, nothing is put aside for it", async () => {
    const { double } = await filled();
    const connection = connectOpensearch({ url: double.url, username: "nofx", password: "wrong" });
    onTestFinished(() => connection.close());
    const engine = opensearchEngine(connection, { prefix: "x", shards: 1, replicas: 0 });
    const batch = { puts: [agentDocument("y")], removes: [] };
    expect(await failureOf(engine.apply(1, batch, undefined))).toMatchObject({ status: 503, code: "unavailable" });
  });
});

describe("a batch", () => {
  it("with a document that OpenSearch refuses fails as its own fault, without an error code", async () => {
    const { double, apply } = await filled();
    double.refused.add("agent:nofx/poison");
    const attempt = apply(1, { puts: [agentDocument("good"), agentDocument("poison")] });
    await expect(attempt).rejects.toThrow("mapper_parsing_exception");
    await expect(attempt).rejects.not.toHaveProperty("code");
  });

  it("for a generation that is not there makes none: searches of it stay unavailable", async () => {
    const { engine, apply } = await filled();
    await apply(7, { puts: [agentDocument("x")] });
    expect(await failureOf(engine.search(7, asked("")))).toMatchObject({ status: 503 });
    expect(await failureOf(engine.settle(7))).toMatchObject({ status: 503 });
  });

  it("is found as soon as it is written, and a generation goes as a whole", async () => {
    const { engine, create, apply, double } = await filled();
    await create(1);
    await create(2);
    expect(await engine.size(1)).toEqual({ documents: 1, terms: 4 });
    expect(await engine.size(2)).toEqual({ documents: 0, terms: 0 });
    await apply(2, {});
    await engine.settle(2);
    await engine.drop(2);
    await engine.drop(2);
    expect(await failureOf(engine.size(2))).toMatchObject({ status: 503 });
    expect(double.calls.filter((call) => call.includes("_bulk"))).toHaveLength(1);
  });
});

describe("what a caller sends", () => {
  it.each([
    ["relevance", '{"mode":"all","place":["x","y"],"today":1}'],
    ["name", '{"mode":"all","place":[1,"y"],"today":1}'],
    ["relevance", '{"mode":"all","place":[1],"today":1}'],
    ["relevance", "{"],
  ] as const)("a cursor that is none for %s is refused before OpenSearch is asked: %s", async (sort, after) => {
    const { engine, double } = await filled();
    const before = double.calls.length;
    await expect(engine.search(1, asked("code ", { sort, after }))).rejects.toThrow();
    expect(double.calls).toHaveLength(before);
  });

  it("the longest queries stay within what OpenSearch takes", async () => {
    const { engine, apply } = await filled();
    const words = Array.from({ length: 300 }, (_, n) => `a${n.toString(36)} b${n.toString(36)}`).join(" ");
    await apply(1, { puts: [agentDocument("many", { body: words })] });
    for (const q of [
      "a-b* ".repeat(100),
      "-a-b* ".repeat(90),
      "a* ".repeat(170),
      "a-".repeat(250),
      "ci db pr ".repeat(55),
    ]) {
      expect((await engine.search(1, asked(q))).total.relation).toBe("eq");
    }
  });
});

describe("words of other tenants", () => {
  it("take no room among the words that a typo is held against", async () => {
    const { engine, apply } = await filled();
    const typed = "reveiw";
    const crowd = [..."abcdefghijklmnopqrstuvwxyz"].flatMap((letter) =>
      [...typed].map((_, at) => typed.slice(0, at) + letter + typed.slice(at + 1)),
    );
    const secret = { tenant: "acme", visibility: "private" } as const;
    const near = [...new Set(crowd)].filter((word) => word !== typed);
    await apply(1, { puts: near.map((word) => agentDocument(word, { ...secret, name: word })) });
    const { corrections, found } = await engine.search(1, asked("reveiw ", { explain: true }));
    expect(corrections).toEqual([{ from: "reveiw", to: "review", at: 0 }]);
    expect(found.map(({ document }) => document.id)).toEqual(["x"]);
  });
});
