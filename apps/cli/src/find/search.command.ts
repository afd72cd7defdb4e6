import { unwrap } from "@nofx/client";
import { pageQuery } from "@nofx/contract-kit";
import { DocumentType, type Hit, type SearchFacets, unifiedSearch } from "@nofx/contract-search";
import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import type { Style } from "../output/style.ts";
import { table } from "../output/table.ts";

const { sort, facets } = unifiedSearch.query.shape;

const input = z.object({
  words: z.array(z.string()).default([]),
  type: z.array(DocumentType).optional(),
  sort,
  limit: pageQuery.limit,
  cursor: pageQuery.cursor,
  all: z.literal(true).optional(),
  facets,
});

const output = unifiedSearch.success[200].omit({ searchId: true });
type Output = z.output<typeof output>;

/** Pages up to the last one at the most; nobody reads more. */
const hitsMax = 10_000;

/** All pages as one. */
const everyPage = async (
  search: Awaited<ReturnType<Context["search"]>>,
  query: Parameters<typeof search.unifiedSearch>[0] & object,
): Promise<Output> => {
  const { searchId: _first, ...answer } = await unwrap(search.unifiedSearch(query));
  while (answer.nextCursor !== undefined && answer.hits.length < hitsMax) {
    const more = await unwrap(search.unifiedSearch({ ...query, cursor: answer.nextCursor }));
    answer.hits.push(...more.hits);
    answer.nextCursor = more.nextCursor;
  }
  return answer;
};

const rating = ({ ratingAverage, ratingCount }: Hit): string =>
  ratingAverage === undefined ? "–" : `${ratingAverage.toFixed(1)} (${ratingCount})`;

const statusOf = ({ status, currentVersion }: Hit): string =>
  status === "active" ? currentVersion : `${currentVersion} ${status}`;

const hitTable = (hits: readonly Hit[], style: Style): string =>
  table(
    hits,
    [
      { title: "type", cell: ({ type }) => type },
      { title: "id", cell: ({ tenant, id }) => `${tenant}/${id}` },
      { title: "name", cell: ({ name }) => name, isFlexible: true },
      { title: "version", cell: statusOf },
      { title: "rating", cell: rating, isNumber: true },
    ],
    style,
  );

const facetTable = (facetName: string, counts: SearchFacets[keyof SearchFacets], style: Style): string =>
  table(
    counts ?? [],
    [
      { title: facetName, cell: ({ value }) => value, isFlexible: true },
      { title: "hits", cell: ({ count }) => String(count), isNumber: true },
    ],
    style,
  );

const totalLine = ({ hits, total, nextCursor }: Output): string => {
  const count = `${total.relation === "gte" ? "more than " : ""}${total.value}`;
  const shown = `${hits.length} of ${count}`;
  return nextCursor === undefined ? shown : `${shown}; the rest with --all, the next page with --cursor ${nextCursor}`;
};

const nothingFound = ({ didYouMean }: Output, style: Style): string =>
  didYouMean === undefined
    ? `Nothing was found.\n  ${style.cyan("→")} Try fewer or other words, or fewer options; \`nofx search\` alone lists everything.`
    : "Nothing was found.";

const tell = (answer: Output, style: Style): string => {
  const { hits, facets: counted = {}, didYouMean, warnings, freshness } = answer;
  return [
    ...warnings.map(({ message }) => `${style.yellow("warning:")} ${message}`),
    ...(freshness.stale ? [`${style.yellow("warning:")} The index is behind; newer versions may be missing.`] : []),
    hits.length > 0 ? hitTable(hits, style) : nothingFound(answer, style),
    ...(didYouMean === undefined ? [] : [`Did you mean: ${style.bold(didYouMean)}`]),
    ...(hits.length > 0 ? [style.dim(totalLine(answer))] : []),
    ...Object.entries(counted).map(([name, counts]) => `\n${facetTable(name, counts, style)}`),
  ].join("\n");
};

/** `nofx search`. */
export const search: Command<typeof input, typeof output> = defineCommand({
  input,
  output,
  run: async (context, { words, all, type, cursor, facets: asked, ...query }) => {
    const { tenant } = context.options;
    const client = await context.search();
    const full = {
      ...query,
      q: words.join(" "),
      ...(type && { type }),
      ...(cursor !== undefined && { cursor }),
      ...(asked !== undefined && { facets: asked }),
      ...(tenant !== undefined && { tenant }),
    };
    return {
      output: await context.progress("Searching", async () => {
        if (all) return await everyPage(client, full);
        const { searchId: _searchId, ...answer } = await unwrap(client.unifiedSearch(full));
        return answer;
      }),
    };
  },
  tell,
});
