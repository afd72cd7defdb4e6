import { applyTold } from "./apply-told.ts";
import { askRecords } from "./ask-records.ts";
import { notify } from "./notices.ts";
import { readListed, type Told } from "./read-records.rules.ts";
import { type Listing, moveListing } from "./source.store.ts";
import { type Following, writingIndex } from "./write-index.ts";

/** What a page of everything holds, and where the next one begins. */
interface ReadPage {
  readonly told: readonly Told[];
  readonly nextCursor: string | undefined;
}

/** A page that the source fails on as a whole is read by its keys: one record that cannot be told does not hide others. */
const readByKeys = async ({ source, stopping }: Following, cursor: string | undefined): Promise<ReadPage> => {
  const { keys, nextCursor } = await source.keys(cursor, stopping);
  return { told: await askRecords(source, keys, stopping), nextCursor };
};

const readListing = async (following: Following, cursor: string | undefined): Promise<ReadPage> => {
  const { source, log, stopping } = following;
  const page = await source.page(cursor, stopping);
  if (!page) return await readByKeys(following, cursor);
  const { told, nameless } = readListed(source.type, page.records);
  if (nameless > 0) log.error({ source: source.name, nameless }, "records without a name cannot be indexed");
  return { told, nextCursor: page.nextCursor };
};

/**
 * Puts a page of everything into the generation that is built. The feed is read before and behind each page by the same
 * process, so a page is never older than what is there. False: another process does that now.
 */
export const readPage = async (following: Following, listing: Listing): Promise<boolean> => {
  const { source, engine } = following;
  const { told, nextCursor } = await readListing(following, listing.cursor);
  return await writingIndex(following, async (trx) => {
    if (!(await moveListing(trx, source.name, listing, nextCursor))) return;
    await applyTold({ trx, engine, generations: [listing.generation] }, told);
    if (nextCursor === undefined) await notify(trx, "generations");
  });
};
