import { toLine } from "@nofx/audit-chain";
import { readSealed } from "./audit-reads.ts";
import type { Database } from "./database.ts";
import type { TenantScope } from "./tenant.ts";

/** Entries that one query reads. */
const batchMax = 500;

/** A tenant's sealed audit entries in the order of the chain, as lines of JSON, a batch of lines at a time. */
export const exportAudit = async function* <DB>(db: Database<DB>, scope: TenantScope): AsyncGenerator<string> {
  for (let after = 0; ; ) {
    const rows = await readSealed(db, scope, after, batchMax);
    yield rows.map(({ sealed, detailsText }) => toLine(sealed, detailsText)).join("");
    const last = rows.at(-1);
    if (!last || rows.length < batchMax) return;
    after = last.sealed.position;
  }
};
