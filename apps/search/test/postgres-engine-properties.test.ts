import { keyText, type SearchDocument } from "@nofx/search-core";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { documentArbitrary, holdPagesToModel } from "./engine-properties.ts";
import { type TestEngine, testEngine } from "./engine-world.ts";

let world: TestEngine;
let generations = 0;
const nextGeneration = async (): Promise<number> => {
  generations += 1;
  await world.create(generations);
  return generations;
};

beforeAll(async () => {
  const ends: (() => Promise<void>)[] = [];
  world = await testEngine((end) => ends.push(end));
  return () => Promise.all(ends.map((end) => end()));
});

const tables = [
  ["index_documents", "tenant_id, key, scope, document, terms"],
  ["index_words", "tenant_id, key, scope, words, facets, length, quality, updated, rating, usage, name, mean"],
  ["index_terms", "scope, term, documents, deletions"],
  ["index_lexemes", "scope, lexeme, documents"],
] as const;

const rowsOf = async (table: string, columns: string, generation: number) =>
  await world.database.query<{ row: string }>(
    `SELECT (${columns})::text AS row FROM search.${table} WHERE generation = $1 ORDER BY 1`,
    [generation],
  );

describe("whatever is there and is asked", () => {
  it("pages hold exactly what fits, once, in every order; totals and facets count it", () =>
    holdPagesToModel({ engine: world.engine, nextGeneration, apply: world.apply }));

  it("batches in any order leave what a fresh build makes, row for row", async () => {
    const batch = fc.record({
      puts: fc.uniqueArray(documentArbitrary, {
        maxLength: 6,
        selector: ({ type, tenant, id }) => `${type}:${tenant}/${id}`,
      }),
      removes: fc.array(documentArbitrary, { maxLength: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 6 }), async (batches) => {
        const [grown, fresh] = [await nextGeneration(), await nextGeneration()];
        const last = new Map<string, SearchDocument>();
        for (const { puts, removes } of batches) {
          await world.apply(grown, { puts, removes });
          for (const document of removes) last.delete(keyText(document));
          for (const document of puts) last.set(keyText(document), document);
        }
        await world.apply(fresh, { puts: [...last.values()] });
        for (const [table, columns] of tables) {
          expect(await rowsOf(table, columns, grown)).toEqual(await rowsOf(table, columns, fresh));
        }
      }),
      { numRuns: 12 },
    );
  });
});
