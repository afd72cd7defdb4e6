import { unwrap } from "@nofx/client";
import { searchFacets } from "@nofx/contract-search";
import type { SearchDocument } from "@nofx/search-core";
import { beforeAll, describe, expect, it } from "vitest";
import { agentDocument, indexedForAll, newWord, put, serviceOf, templateDocument } from "./indexed.ts";
import type { Person, World } from "./world.ts";

type Searcher = World["anonymous"];
const facets = searchFacets.join(",");

/** Somebody's own, in words that nobody else uses, and in others that everybody does. */
const secrets = (secret: string): SearchDocument[] => {
  const own = { tenant: "acme", visibility: "private" as const };
  const everywhere = {
    name: `${secret} invoice`,
    description: `${secret} review of invoices`,
    tags: [secret, "review"],
    capabilities: [`${secret}-capability`],
    aliases: [`${secret}-alias`],
    author: `${secret} author`,
    license: `${secret}-license`,
    category: `${secret}-category`,
    categories: [`${secret}-category`],
    body: `${secret} body review`,
    ratingAverage: 5,
    ratingBayesian: 5,
    ratingCount: 900,
    usage30d: 1_000_000,
    success: 0.99,
  };
  const many = Array.from({ length: 60 }, (_, n) =>
    agentDocument({
      ...own,
      id: `own-${n}`,
      name: `Review review ${n}`,
      description: "slack pull request",
      tags: ["review"],
    }),
  );
  return [
    agentDocument({ ...own, ...everywhere, id: `${secret}-agent` }),
    templateDocument({ ...own, ...everywhere, id: `${secret}-template`, agents: [`acme/${secret}-agent`] }),
    templateDocument({ ...own, id: "own-flow", name: "Own flow", agents: ["globex/code-review"] }),
    ...many,
  ];
};

const published = [
  agentDocument({
    id: "code-review",
    tenant: "globex",
    name: "Code Review",
    description: "Reviews pull requests",
    tags: ["review"],
  }),
  agentDocument({
    id: "slack-notifier",
    tenant: "globex",
    name: "Slack Notifier",
    description: "Sends slack messages",
  }),
  templateDocument({ id: "review-flow", tenant: "globex", name: "Review flow", agents: ["globex/code-review"] }),
  ...Array.from({ length: 30 }, (_, n) =>
    templateDocument({
      id: `flow-${n}`,
      tenant: "globex",
      name: `Flow ${n}`,
      description: "Moves messages on",
      license: "MIT",
    }),
  ),
];

/** One letter less, two letters in each other's place, and only a beginning. */
const nearly = (word: string): string[] => [
  word.slice(0, 4) + word.slice(5),
  `${word.slice(0, 3)}${word[4]}${word[3]}${word.slice(5)}`,
  word.slice(0, -2),
];

/** Whatever may bring a secret to light: as a word, almost, by each field, and beside words that everybody uses. */
const questionsAbout = (secret: string): string[] => [
  secret,
  ...nearly(secret),
  `"${secret} review"`,
  `review ${secret}`,
  `review or ${secret}`,
  `review -${secret}`,
  ...["tag", "author", "license", "capability", "category", "tenant", "agent", "status"].map(
    (field) => `${field}:${secret}`,
  ),
  `author:"${secret} author"`,
  `capability:${secret}-capability`,
  `license:${secret}-license`,
  `category:${secret}-category`,
  `agent:acme/${secret}-agent`,
  `${secret}-agent`,
  "agent:globex/code-review",
  "agent:code-review",
  "tenant:acme",
  "review",
  "reveiw",
  "pull request",
  "slcak",
  "invoice",
  "own",
  "flow",
  "messages",
  "-review",
  "rating:>=4",
  "",
];

const sorts = ["recent", "rating", "popular", "name"] as const;

/** Everything that is answered, but for what differs between any two answers. */
const answersTo = async (client: Searcher, questions: readonly string[]) => {
  const ask = async (q: string, sort: "relevance" | (typeof sorts)[number]) => {
    const asked = { q, sort, facets, explain: "true" as const, limit: 100 };
    const { searchId: _id, freshness: _freshness, ...answer } = await unwrap(client.unifiedSearch(asked));
    return { q, sort, ...answer };
  };
  const answers: unknown[] = [];
  for (const q of questions) {
    answers.push(await ask(q, "relevance"), await unwrap(client.suggestSearch({ q, limit: 20 })));
  }
  for (const sort of sorts) answers.push(await ask("", sort), await ask("review", sort));
  return answers;
};

describe("what is private to a tenant", () => {
  const secret = newWord();
  const questions = questionsAbout(secret);
  const fixed = new Date("2026-11-23T09:30:00.000Z");
  const world = indexedForAll(published, { now: () => fixed });
  let owner: Person;
  let other: Person;
  let before: { anonymous: unknown; other: unknown };
  beforeAll(async () => {
    owner = await world().person("viewer", "acme");
    other = await world().person("admin", "initech");
    before = {
      anonymous: await answersTo(world().anonymous, questions),
      other: await answersTo(other.search, questions),
    };
    await put(world(), secrets(secret));
  });

  it("changes nothing of what anybody else is answered: no hit, total, facet, suggestion, correction, score or order", async () => {
    expect(await answersTo(world().anonymous, questions)).toEqual(before.anonymous);
    expect(await answersTo(other.search, questions)).toEqual(before.other);
  });

  it("is never named to anybody else", async () => {
    const repeated = questions.filter((question) => !question.includes(secret));
    for (const client of [world().anonymous, other.search]) {
      const answers = JSON.stringify(await answersTo(client, [...repeated, ...nearly(secret)]));
      expect(answers).not.toContain(secret);
      expect(answers).not.toMatch(/"own-\d|"own-flow|"acme"/);
    }
  });

  it.each(["its owner", "a service"])("is found, counted, suggested and meant by %s", async (who) => {
    const client = who === "its owner" ? owner.search : serviceOf(world());
    const { hits, total, facets: counted } = await unwrap(client.unifiedSearch({ q: secret, facets }));
    expect(hits.map(({ id }) => id).sort()).toEqual([`${secret}-agent`, `${secret}-template`]);
    expect(total).toEqual({ value: 2, relation: "eq" });
    expect(counted?.tag).toContainEqual({ value: secret, count: 2 });
    const meant = await unwrap(client.unifiedSearch({ q: nearly(secret)[1] ?? "" }));
    expect(meant.didYouMean).toBe(secret);
    expect((await unwrap(client.suggestSearch({ q: secret.slice(0, 6) }))).suggestions.map(({ id }) => id)).toContain(
      `${secret}-agent`,
    );
    const users = await unwrap(client.unifiedSearch({ q: `type:template agent:acme/${secret}-agent` }));
    expect(users.hits.map(({ id }) => id)).toEqual([`${secret}-template`]);
  });

  it("is gone for everybody when it is taken away, and public when it is published", async () => {
    const [agent, template] = secrets(secret);
    if (!agent || !template) throw new Error("no documents");
    await put(world(), [{ ...agent, visibility: "public" }], [template]);
    for (const client of [world().anonymous, other.search, owner.search]) {
      const { hits } = await unwrap(client.unifiedSearch({ q: secret }));
      expect(hits.map(({ id }) => id)).toEqual([`${secret}-agent`]);
    }
  });
});
