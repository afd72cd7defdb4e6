import { SemVer } from "@nofx/contract-kit";
import type { TemplateVersionSummary } from "@nofx/contract-marketplace";
import { cursorCodec, type RequestContext, toPage } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import type { TemplateAddress } from "./address.ts";
import { visibleTemplate } from "./get-template.ts";
import { listVersions } from "./template.store.ts";

const cursors = cursorCodec("template versions", SemVer);

/** Every version of a template, highest first. */
export const listTemplateVersions = async (
  deps: Deps,
  ctx: RequestContext,
  address: TemplateAddress,
  query: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ versions: TemplateVersionSummary[]; nextCursor?: string }> => {
  const before = cursors.decode(query.cursor);
  await visibleTemplate(deps, ctx, address);
  const rows = await listVersions(deps.db, ctx, address, { before, limit: query.limit + 1 });
  const { items, ...rest } = toPage(rows, query.limit, ({ version }) => cursors.encode(version));
  return { versions: items, ...rest };
};
