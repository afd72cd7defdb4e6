import type { SearchAnswer, SearchDocument, SearchRequest } from "@nofx/search-core";
import { describe, expect, it } from "vitest";
import { agentDocument, asked, templateDocument } from "./small-documents.ts";

/** What a suite needs of an engine: one with nothing in it, and how documents come into it. */
export interface EngineUnderTest {
  put(documents: readonly SearchDocument[]): Promise<void>;
  remove(documents: readonly SearchDocument[]): Promise<void>;
  search(request: SearchRequest): Promise<SearchAnswer>;
  suggest(text: string, tenantId: string): Promise<readonly { readonly id: string }[]>;
}

const shelf: readonly SearchDocument[] = [
  agentDocument("code-review", {
    name: "Code Review",
    tags: ["quality", "git"],
    description: "Reviews pull requests.",
  }),
  agentDocument("slack-notify", {
    name: "Slack Notifier",
    description: "Sends messages to a channel.",
    author: "Acme Corp",
  }),
  agentDocument("mailer", { name: "E-Mail Sender", aliases: ["postman"], tags: ["email"], license: "MIT" }),
  agentDocument("old-review", { name: "Old Review", status: "deprecated", tags: ["quality"] }),
  agentDocument("vanished", { name: "Vanished Review", status: "disabled", tenant: "acme" }),
  agentDocument("secret", { name: "Zanzibar Review", tenant: "acme", visibility: "private", tags: ["hidden"] }),
  templateDocument("pr-gate", {
    name: "Merge Gate",
    description: "Holds a pull request until its review is done.",
    agents: ["nofx/code-review"],
    ratingAverage: 4.5,
    ratingBayesian: 4.1,
    ratingCount: 12,
    usage30d: 900,
    success: 0.97,
    updatedAt: "2026-10-20T00:00:00.000Z",
  }),
  templateDocument("cafe", { name: "Café Überblick", category: "food", categories: ["food", "life"] }),
];

const ids = ({ found }: SearchAnswer): string[] => found.map(({ document }) => document.id);

/** What every engine must do. */
export const engineConformance = (start: () => Promise<EngineUnderTest>): void => {
  const filled = async () => {
    const engine = await start();
    await engine.put(shelf);
    return {
      ...engine,
      ids: async (q: string, rest?: Partial<SearchRequest>) => ids(await engine.search(asked(q, rest))),
    };
  };

  describe("finding", () => {
    it.each([
      ["words in any form", "reviewing requests ", ["code-review", "pr-gate"]],
      ["a beginning", "notif", ["slack-notify"]],
      ["accents and case do not count", "CAFE uberblick ", ["cafe"]],
      ["an alias", "postman ", ["mailer"]],
      ["a phrase", '"pull request" ', ["code-review", "pr-gate"]],
      ["no phrase the other way round", '"request pull" ', []],
      ["an identifier", "slack-notify ", ["slack-notify"]],
      ["what is left out", "review -merge -old ", ["code-review"]],
      ["this or that", "postman or slack ", ["mailer", "slack-notify"]],
      ["a synonym", "merge request review ", ["code-review", "pr-gate"]],
      ["a typo", "slcak ", ["slack-notify"]],
      ["a typo in an identifier", "code-reveiw ", ["code-review", "pr-gate"]],
      ["no typos in quotation marks", '"slcak" ', []],
      ["words with apostrophes and backslashes", "rev'iew\\ ", []],
    ])("%s: %s", async (_, q, expected) => {
      const { search } = await filled();
      const answer = await search(asked(q, { limit: Math.max(1, expected.length) }));
      expect(ids(answer).sort()).toEqual([...expected].sort());
      expect(answer.total).toEqual({ value: expected.length, relation: "eq" });
    });

    it.each([
      ["type:template ", ["pr-gate", "cafe"]],
      ["kind:prompt ", []],
      ["tag:quality ", ["code-review", "old-review"]],
      ["tag:QUALITY tag:git ", ["code-review"]],
      ["tag:git,email ", ["code-review", "mailer"]],
      ["-tag:quality type:agent ", ["slack-notify", "mailer"]],
      ["category:life ", ["cafe"]],
      ["agent:code-review ", ["pr-gate"]],
      ["agent:nofx/code-review ", ["pr-gate"]],
      ['author:"acme corp" ', ["slack-notify"]],
      ["license:mit ", ["mailer"]],
      ["status:deprecated ", ["old-review"]],
      ["tenant:nofx type:template ", ["pr-gate", "cafe"]],
      ["rating:>=4.5 ", ["pr-gate"]],
      ["rating:<5 ", ["pr-gate"]],
      ["-rating:>=4 type:template ", ["cafe"]],
      ["updated:2026-10-20 ", ["pr-gate"]],
      ["updated:>2026-10-20 ", []],
      ["updated:>=2026-10-20T00:00Z ", ["pr-gate"]],
      ["updated:<2026-10-20 type:template ", ["cafe"]],
    ])("%s", async (q, expected) => {
      const { ids } = await filled();
      expect((await ids(q)).sort()).toEqual([...expected].sort());
    });

    it("words that nothing has all of are filled up with what has some, behind", async () => {
      const { ids } = await filled();
      expect(await ids("review zanzibarr slack ")).toEqual(expect.arrayContaining(["slack-notify", "code-review"]));
      expect((await ids("review request gate "))[0]).toBe("pr-gate");
    });

    it("what is put in twice is there once; what is taken out is gone; a new state takes the place of the old", async () => {
      const { put, remove, search } = await filled();
      const [first, second] = shelf as [SearchDocument, SearchDocument];
      await put([first]);
      await remove([second]);
      await put([agentDocument("mailer", { name: "Carrier Pigeon" })]);
      expect(ids(await search(asked("slack ")))).toEqual([]);
      expect(ids(await search(asked("postman ")))).toEqual([]);
      expect(ids(await search(asked("pigeon ")))).toEqual(["mailer"]);
      expect((await search(asked(""))).total).toEqual({ value: 5, relation: "eq" });
    });
  });

  describe("order", () => {
    it("exact ids and names first", async () => {
      const { put, ids } = await filled();
      await put([agentDocument("review", { name: "Plain", usage30d: 0 })]);
      expect((await ids("review "))[0]).toBe("review");
      expect((await ids("code review "))[0]).toBe("code-review");
      expect((await ids("nofx/code-review "))[0]).toBe("code-review");
    });

    it("names before tags, tags before descriptions, descriptions before bodies", async () => {
      const { put, ids } = await filled();
      await put([
        agentDocument("w", { body: "kumquat" }),
        agentDocument("x", { description: "A kumquat." }),
        agentDocument("y", { tags: ["kumquat"] }),
        agentDocument("z", { name: "Kumquat Peeler" }),
      ]);
      expect(await ids("kumquat ")).toEqual(["z", "y", "x", "w"]);
    });

    it("deprecated ones sink, disabled ones are not there, not for their tenant either", async () => {
      const { ids } = await filled();
      expect((await ids("review ")).at(-1)).toBe("old-review");
      expect(await ids("vanished ", { viewer: { tenantId: "acme", seesAll: false } })).toEqual([]);
      expect(await ids("vanished ", { viewer: { tenantId: "", seesAll: true } })).toEqual([]);
    });

    it("rare words count more than frequent ones", async () => {
      const { put, ids } = await filled();
      await put(Array.from({ length: 30 }, (_, n) => agentDocument(`f${n}`, { description: "frequent thing" })));
      await put([agentDocument("rare", { description: "seldom thing" })]);
      expect((await ids("frequent seldom nothing "))[0]).toBe("rare");
    });

    it.each([
      ["recent", "pr-gate"],
      ["rating", "pr-gate"],
      ["popular", "pr-gate"],
      ["name", "cafe"],
    ] as const)("%s: %s first", async (sort, first) => {
      const { ids } = await filled();
      expect((await ids("type:template ", { sort }))[0]).toBe(first);
    });

    it("a score is the sum of its parts, which tell why", async () => {
      const { search } = await filled();
      const { found } = await search(asked("code review ", { explain: true }));
      for (const { score, explain = [] } of found) {
        expect(explain.reduce((sum, part) => sum + part.score, 0)).toBeCloseTo(score, 6);
        for (const part of explain) expect(part.value * part.weight).toBeCloseTo(part.score, 9);
      }
      expect(found[0]?.explain?.map(({ part }) => part)).toEqual(expect.arrayContaining(["exact", "all", "text"]));
    });
  });

  describe("beside the hits", () => {
    it("says what was taken for what was typed", async () => {
      const { search } = await filled();
      const { corrections } = await search(asked("reveiw pull requst "));
      expect(corrections).toEqual([
        { from: "reveiw", to: "review", at: 0 },
        { from: "requst", to: "request", at: 12 },
      ]);
    });

    it("shows where words stand, names first, as plain text", async () => {
      const { search } = await filled();
      const { found } = await search(asked("reviw slack "));
      const slack = found.find(({ document }) => document.id === "slack-notify");
      expect(slack?.highlights[0]).toEqual({
        field: "name",
        parts: [
          { text: "Slack", match: true },
          { text: " Notifier", match: false },
        ],
      });
    });

    it("counts facets under all filters but their own", async () => {
      const { search } = await filled();
      const { facets, total } = await search(asked("type:agent tag:quality ", { facets: ["type", "tag", "status"] }));
      expect(total).toEqual({ value: 2, relation: "eq" });
      expect(facets.type).toEqual([{ value: "agent", count: 2 }]);
      expect(facets.tag).toEqual([
        { value: "quality", count: 2 },
        { value: "email", count: 1 },
        { value: "git", count: 1 },
      ]);
      expect(facets.status).toEqual([
        { value: "active", count: 1 },
        { value: "deprecated", count: 1 },
      ]);
    });

    it("suggests names by their beginnings and those of their words, typos included", async () => {
      const { suggest } = await filled();
      expect((await suggest("sla", "")).map(({ id }) => id)).toEqual(["slack-notify"]);
      expect((await suggest("notifi", "")).map(({ id }) => id)).toEqual(["slack-notify"]);
      expect((await suggest("code rev", "")).map(({ id }) => id)).toEqual(["code-review"]);
      expect((await suggest("slcak", "")).map(({ id }) => id)).toEqual(["slack-notify"]);
      expect(await suggest("", "")).toEqual([]);
      expect(await suggest("zanz", "")).toEqual([]);
      expect((await suggest("zanz", "acme")).map(({ id }) => id)).toEqual(["secret"]);
    });
  });

  describe("what is private", () => {
    it("shows to its tenant and to services only, in no answer to others", async () => {
      const { search } = await filled();
      const { search: without, put } = await start();
      await put(shelf.filter(({ visibility }) => visibility === "public"));
      for (const q of ["review ", "zanzibar ", "zanzibra ", "zan", "tag:hidden ", "", "review -zanzibar "]) {
        const question = asked(q, { explain: true, facets: ["tag", "type"] });
        expect(await search(question)).toEqual(await without(question));
        const stranger = { ...question, viewer: { tenantId: "other", seesAll: false } };
        expect(await search(stranger)).toEqual(await without(stranger));
      }
      const own = asked("zanzibra ", { viewer: { tenantId: "acme", seesAll: false } });
      expect(ids(await search(own))).toEqual(["secret"]);
      expect(ids(await search({ ...own, viewer: { tenantId: "", seesAll: true } }))).toEqual(["secret"]);
    });
  });
};
