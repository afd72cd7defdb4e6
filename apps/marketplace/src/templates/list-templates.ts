import type { OperationInput } from "@nofx/contract-kit";
import type { listTemplates as ListTemplates, TemplateFacets, TemplateSummary } from "@nofx/contract-marketplace";
import { cursorCodec, type RequestContext, toPage } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import {
  countsOf,
  countsShown,
  facetsAsked,
  listName,
  positionOf,
  selectionOf,
  type TemplateFilter,
} from "./template-list.rules.ts";
import { countTemplates, findTemplates } from "./template-list.store.ts";

/** How many values of a facet are shown. */
const valuesMax = 50;

/** What is counted beside a list, if anything was asked for. */
export const countFacets = async (
  deps: Deps,
  ctx: RequestContext,
  filter: TemplateFilter,
  asked: string | readonly string[] | undefined,
): Promise<{ total?: number; facets?: TemplateFacets }> => {
  if (asked === undefined) return {};
  const facets = facetsAsked(asked);
  const { search, minRating } = selectionOf(filter);
  const order = { search, minRating, counts: countsOf(filter, facets), valuesMax };
  return countsShown(facets, await countTemplates(deps.db, ctx, order));
};

/** The templates that the caller may read, in one order, and what is counted beside them. */
export const listTemplates = async (
  deps: Deps,
  ctx: RequestContext,
  query: OperationInput<typeof ListTemplates>["query"],
): Promise<{ templates: TemplateSummary[]; nextCursor?: string; total?: number; facets?: TemplateFacets }> => {
  const selection = selectionOf(query);
  const cursors = cursorCodec(listName(selection), positionOf(selection));
  const page = { after: cursors.decode(query.cursor), limit: query.limit + 1 };
  const [found, counts] = await Promise.all([
    findTemplates(deps.db, ctx, selection, page),
    countFacets(deps, ctx, query, query.facets),
  ]);
  const { items, ...next } = toPage(found, query.limit, ({ position }) => cursors.encode(position));
  return { templates: items.map(({ template }) => template.summary), ...next, ...counts };
};
