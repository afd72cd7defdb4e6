import type { TemplateFork } from "@nofx/contract-marketplace";
import { cursorCodec, type RequestContext, toPage } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { visibleTemplate } from "../templates/get-template.ts";
import { forkPosition } from "./fork.rules.ts";
import { listForkRows } from "./fork.store.ts";

const cursors = cursorCodec("template forks", forkPosition);

/** The forks of a template that the caller may see. */
export const listForks = async (
  deps: Deps,
  ctx: RequestContext,
  source: TemplateAddress,
  query: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ forks: TemplateFork[]; nextCursor?: string }> => {
  const after = cursors.decode(query.cursor);
  await visibleTemplate(deps, ctx, source);
  const rows = await listForkRows(deps.db, ctx, source, { after, limit: query.limit + 1 });
  const { items, ...rest } = toPage(rows, query.limit, ({ forkedAt, template: { tenant, templateId } }) =>
    cursors.encode({ forkedAt, tenant, templateId }),
  );
  return { forks: items, ...rest };
};
