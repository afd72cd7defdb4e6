import type { DocumentKey } from "@nofx/search-core";
import type { RequestContext } from "@nofx/service-kit";
import { problem } from "../problem.ts";

/** What a request about relations is about: the path, and whose it is. */
interface Asked {
  readonly type: DocumentKey["type"];
  readonly id: string;
  readonly tenant?: string | undefined;
}

/** Which resource a request means: that of the tenant it names, else the caller's own. */
export const relatedKey = (ctx: RequestContext, { type, id, tenant }: Asked): DocumentKey => {
  const owner = tenant ?? ctx.tenantId;
  if (!owner) throw problem("resource_not_found", { detail: `Name the tenant whose ${type} you mean: \`?tenant=\`.` });
  return { type, tenant: owner, id };
};

/** @throws resource_not_found */
export const notFound = ({ type, tenant, id }: DocumentKey) =>
  problem("resource_not_found", { detail: `There is no ${type} ${tenant}/${id} that you may read.` });
