import { TenantId } from "@nofx/contract-kit";
import type { Tenant } from "@nofx/contract-registry";
import { cursorCodec, type RequestContext, toPage } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { listTenants as list } from "./tenant.store.ts";

const cursors = cursorCodec("tenants", TenantId);

/** All tenants by id. */
export const listTenants = async (
  deps: Deps,
  ctx: RequestContext,
  query: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ tenants: Tenant[]; nextCursor?: string }> => {
  const rows = await list(deps.db, ctx, { after: cursors.decode(query.cursor), limit: query.limit + 1 });
  const { items, ...rest } = toPage(rows, query.limit, ({ id }) => cursors.encode(id));
  return { tenants: items, ...rest };
};
