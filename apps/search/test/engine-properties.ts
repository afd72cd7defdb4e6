import {
  type ParsedQuery,
  parseQuery,
  type SearchDocument,
  type SearchEngine,
  type SearchRequest,
} from "@nofx/search-core";
import fc from "fast-check";
import { expect } from "vitest";
import { keysOf, modelFacet, modelMatches } from "./engine-model.ts";
import { agentDocument, templateDocument } from "./small-documents.ts";

// Too short for typos, and none that has synonyms or says nothing.
const word = fc.constantFrom("abc", "abd", "bus", "sky", "dog", "dig");
const text = fc.array(word, { maxLength: 6 }).map((words) => words.join(" "));
const tag = fc.constantFrom("red", "blue", "new");

/** Documents of few words, so that many have the same. */
export const documentArbitrary: fc.Arbitrary<SearchDocument> = fc
  .record({
    type: fc.constantFrom("agent" as const, "template" as const),
    id: fc.constantFrom("a1", "a2", "a3", "a4", "a5", "a6"),
    tenant: fc.constantFrom("t1", "t2"),
    known: fc.record({
      name: text,
      description: fc.option(text, { nil: undefined }),
      body: text,
      aliases: fc.array(text, { maxLength: 1 }),
      tags: fc.uniqueArray(tag, { maxLength: 2 }),
      status: fc.constantFrom("active" as const, "active" as const, "deprecated" as const, "disabled" as const),
      visibility: fc.constantFrom("public" as const, "private" as const),
      usage30d: fc.nat(3),
    }),
    rating: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
  })
  .map(({ type, id, tenant, known, rating }) => {
    const rated = { ratingAverage: rating, ratingBayesian: rating, ratingCount: rating === undefined ? 0 : 1 };
    return (type === "agent" ? agentDocument : templateDocument)(id, { ...known, ...rated, tenant });
  });

const corpus = fc.uniqueArray(documentArbitrary, {
  maxLength: 24,
  selector: ({ type, tenant, id }) => `${type}:${tenant}/${id}`,
});

const piece = fc.oneof(
  { weight: 5, arbitrary: word },
  { weight: 1, arbitrary: fc.tuple(word, word).map(([a, b]) => `"${a} ${b}"`) },
  { weight: 1, arbitrary: fc.tuple(word, word).map(([a, b]) => `${a} or ${b}`) },
  { weight: 1, arbitrary: word.map((each) => `-${each}`) },
  { weight: 1, arbitrary: tag.map((each) => `tag:${each}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("type:agent", "-type:agent", "status:active", "tag:red,new", "rating:>=3", "-rating:<4"),
  },
);
const queryArbitrary = fc
  .tuple(fc.array(piece, { maxLength: 4 }), fc.constantFrom("", "s", "d", "di", "ab"))
  .map(([pieces, beginning]) => `${pieces.join(" ")} ${beginning}`);
const viewerArbitrary = fc.constantFrom(
  { tenantId: "", seesAll: false },
  { tenantId: "t1", seesAll: false },
  { tenantId: "", seesAll: true },
);

/** An engine whose generations are made one after the other. */
export interface EngineOfProperties {
  readonly engine: Pick<SearchEngine<unknown>, "search" | "drop">;
  nextGeneration(): Promise<number>;
  apply(generation: number, batch: { readonly puts: readonly SearchDocument[] }): Promise<void>;
}

/** All pages of a search, one behind the other. */
const allPages = async (
  engine: Pick<SearchEngine<unknown>, "search">,
  generation: number,
  request: SearchRequest,
): Promise<SearchDocument[]> => {
  const found: SearchDocument[] = [];
  let after: string | undefined;
  do {
    const answer = await engine.search(generation, { ...request, after });
    found.push(...answer.found.map(({ document }) => document));
    after = answer.next;
  } while (after !== undefined && found.length < 100);
  return found;
};

const without = (query: ParsedQuery, field: string): ParsedQuery => ({
  ...query,
  filters: query.filters.filter((filter) => filter.field !== field),
});

/** Pages hold exactly what fits, once, in every order; totals and facets count it. */
export const holdPagesToModel = async (world: EngineOfProperties): Promise<void> => {
  const question = fc.record({
    q: queryArbitrary,
    viewer: viewerArbitrary,
    sort: fc.constantFrom(
      "relevance" as const,
      "recent" as const,
      "rating" as const,
      "popular" as const,
      "name" as const,
    ),
    limit: fc.constantFrom(1, 3, 20),
  });
  await fc.assert(
    fc.asyncProperty(corpus, fc.array(question, { minLength: 4, maxLength: 6 }), async (documents, questions) => {
      const generation = await world.nextGeneration();
      await world.apply(generation, { puts: documents });
      for (const { q, viewer, sort, limit } of questions) {
        const query = parseQuery(q);
        const request = {
          viewer,
          query,
          sort,
          limit,
          facets: ["tag", "type"],
          explain: false,
          after: undefined,
        } as const;
        const matches = modelMatches(documents, request, query);
        const { total, facets } = await world.engine.search(generation, request);
        expect({ q, total }).toEqual({ q, total: { value: matches.length, relation: "eq" } });
        expect({ q, found: keysOf(await allPages(world.engine, generation, request)) }).toEqual({
          q,
          found: keysOf(matches),
        });
        if (query.groups.length < 2) {
          const tagged = modelMatches(documents, request, without(query, "tag"));
          expect({ q, tags: facets.tag }).toEqual({ q, tags: modelFacet(tagged, ({ tags }) => tags) });
        }
      }
      await world.engine.drop(generation);
    }),
    { numRuns: 12 },
  );
};
