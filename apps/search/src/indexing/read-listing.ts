import { applyTold } from "./apply-told.ts";
import { notify } from "./notices.ts";
import { readListed } from "./read-records.rules.ts";
import { type Listing, moveListing } from "./source.store.ts";
import { type Following, writingIndex } from "./write-index.ts";

/**
 * Puts a page of everything into the generation that is built. The feed is read before and behind each page by the same
 * process, so a page is never older than what is there. False: another process does that now.
 */
export const readPage = async (following: Following, listing: Listing): Promise<boolean> => {
  const { source, engine, log, stopping } = following;
  const { records, nextCursor } = await source.page(listing.cursor, stopping);
  const { told, nameless } = readListed(source.type, records);
  if (nameless > 0) log.error({ source: source.name, nameless }, "records without a name cannot be indexed");
  return await writingIndex(following, async (trx) => {
    if (!(await moveListing(trx, source.name, listing, nextCursor))) return;
    await applyTold({ trx, engine, generations: [listing.generation] }, told);
    if (nextCursor === undefined) await notify(trx, "generations");
  });
};
