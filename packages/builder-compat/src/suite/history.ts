import { describe, expect, it } from "vitest";
import { BuilderTemplate, History, TemplateList } from "../answers.ts";
import { compileBody } from "../bodies.ts";
import { expectAnswer } from "../expect-answer.ts";
import { isAfter } from "../instant.ts";
import { isGapless } from "../sequence.ts";
import { builder, type Connect } from "./given.ts";

type Builder = Awaited<ReturnType<typeof builder>>;

/** The history with the newest first: callers may have it in either order. */
const newestFirst = async ({ history }: Pick<Builder, "history">, id: string) =>
  expectAnswer(await history(id), 200, History).history.toSorted((a, b) => b.version - a.version);

const declareGrowth = (connect: Connect): void => {
  it("200: at most one entry before the first PUT, two after it", async () => {
    const caller = await builder(connect);
    const { id } = await caller.given({ description: "First.", instructions: "Do the first." });
    expect((await newestFirst(caller, id)).length).toBeLessThanOrEqual(1);
    const body = { description: "Second.", instructions: "Do the second." };
    const template = expectAnswer(await caller.update(id, body), 200, BuilderTemplate);
    const entries = await newestFirst(caller, id);
    expect(entries).toMatchObject([body, { description: "First.", instructions: "Do the first." }]);
    expect(template.history.map(({ version }) => version)).toContain(entries[0]?.version);
  });

  it("after 25 PUTs: the latest 20, each later than the one before; numbers are not given out again", async () => {
    const caller = await builder(connect);
    const { id } = await caller.given();
    const first = await newestFirst(caller, id);
    for (let number = 1; number <= 25; number += 1) {
      expectAnswer(await caller.update(id, { instructions: `Change ${number}.` }), 200, BuilderTemplate);
    }
    const entries = await newestFirst(caller, id);
    const latest = Array.from({ length: 20 }, (_, index) => `Change ${25 - index}.`);
    expect(entries.map(({ instructions }) => instructions)).toEqual(latest);
    expect(Math.min(...entries.map(({ version }) => version))).toBeGreaterThan(first[0]?.version ?? 0);
    const [newest, ...older] = entries.map(({ updatedAt }) => updatedAt);
    older.reduce((later, earlier) => {
      expect(isAfter(later, earlier)).toBe(true);
      return earlier;
    }, String(newest));
  });

  it("compiling is no change: neither history nor template differ afterwards", async () => {
    const caller = await builder(connect);
    const before = await caller.given();
    const entries = await newestFirst(caller, before.id);
    expect((await caller.compile(before.id, compileBody())).status).toBe(200);
    expect(await newestFirst(caller, before.id)).toEqual(entries);
    const { templates } = expectAnswer(await caller.list(), 200, TemplateList);
    expect(templates.find(({ id }) => id === before.id)?.updatedAt).toBe(before.updatedAt);
  });
};

/** GET /builder/templates/:id/history. */
export const declareHistory = (connect: Connect): void => {
  describe("GET /builder/templates/:id/history", () => {
    declareGrowth(connect);

    it("20 PUTs at once all succeed, with 20 versions without gaps, one for each", async () => {
      const caller = await builder(connect);
      const { id } = await caller.given();
      const texts = Array.from({ length: 20 }, (_, index) => `At once ${index}.`).sort();
      const answers = await Promise.all(texts.map((instructions) => caller.update(id, { instructions })));
      const updates = answers.map((answer) => expectAnswer(answer, 200, BuilderTemplate).updatedAt);
      expect(new Set(updates).size).toBe(20);
      const entries = await newestFirst(caller, id);
      expect(entries.map(({ instructions }) => instructions).sort()).toEqual(texts);
      expect(isGapless(entries.map(({ version }) => version))).toBe(true);
      const { templates } = expectAnswer(await caller.list(), 200, TemplateList);
      expect(templates.find((template) => template.id === id)?.instructions).toBe(entries[0]?.instructions);
    });
  });
};
