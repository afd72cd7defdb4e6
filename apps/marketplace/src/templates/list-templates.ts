import type { OperationInput } from "@nofx/contract-kit";
import type { listTemplates as ListTemplates, TemplateSummary } from "@nofx/contract-marketplace";
import { cursorCodec, type RequestContext, toPage } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { listName, positionOf, selections } from "./template-list.rules.ts";
import { type Listed, listPart } from "./template-list.store.ts";

/** The caller's own templates, then everybody else's public ones. */
export const listTemplates = async (
  deps: Deps,
  ctx: RequestContext,
  query: OperationInput<typeof ListTemplates>["query"],
): Promise<{ templates: TemplateSummary[]; nextCursor?: string }> => {
  const cursors = cursorCodec(listName(query), positionOf(query));
  const after = cursors.decode(query.cursor);
  const wanted = query.limit + 1;
  const found: Listed[] = [];
  const parts = selections(query, ctx.tenantId);
  const rest = after ? parts.filter(({ part }) => part === after.part || part === "others") : parts;
  for (const selection of rest) {
    if (found.length >= wanted) break;
    const start = after?.part === selection.part ? after : undefined;
    found.push(...(await listPart(deps.db, ctx, selection, { after: start, limit: wanted - found.length })));
  }
  const { items, ...next } = toPage(found, query.limit, ({ position }) => cursors.encode(position));
  return { templates: items.map(({ template }) => template.summary), ...next };
};
