import { ResourceId, TenantId } from "@nofx/contract-kit";
import { DocumentType, type Quarantined } from "@nofx/contract-search";
import { cursorCodec, toPage } from "@nofx/service-kit";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import { listQuarantine } from "./quarantine.store.ts";

const Key = z.object({ type: DocumentType, tenant: TenantId, id: ResourceId });
const cursors = cursorCodec("quarantined", Key);

/** What could not be indexed, by tenant, type and id. */
export const listQuarantined = async (
  { db }: Pick<Deps, "db">,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ quarantined: Quarantined[]; nextCursor?: string }> => {
  const rows = await listQuarantine(db, cursors.decode(cursor), limit + 1);
  const keyOf = ({ type, tenant, id }: Quarantined): string => cursors.encode({ type, tenant, id });
  const { items, ...rest } = toPage(rows, limit, keyOf);
  return { quarantined: items, ...rest };
};
