import type { Change } from "@nofx/contract-kit";
import type { TenantTransaction } from "@nofx/db-kit";
import type { DB } from "../db/schema.gen.ts";
import { noteApplied } from "./applied.store.ts";
import { askRecords } from "./ask-records.ts";
import { beginBuild } from "./begin-build.ts";
import { categoryChanges, namedKeys } from "./changes.rules.ts";
import { notify } from "./notices.ts";
import { wantCategory } from "./pending.store.ts";
import { loseCursor, moveOn, startAt } from "./source.store.ts";
import type { News } from "./source.ts";
import { applyToKept, asHolder, type Following, writingIndex } from "./write-index.ts";

/** Begins to follow a source that nobody can follow from where it was: behind everything that has happened. */
export const startFeed = async (following: Following): Promise<boolean> => {
  const { source, stopping } = following;
  const place = await source.end(stopping);
  return await asHolder(following, (trx) => startAt(trx, source.name, place));
};

/** What was missed cannot be told any more: everything is read anew. */
const readAnew = (following: Following, why: string): Promise<boolean> =>
  writingIndex(following, async (trx) => {
    const { source, log } = following;
    await loseCursor(trx, source.name);
    const { generation } = await beginBuild(following, trx, `The ${source.name} cannot be followed on: ${why}`);
    log.warn({ source: source.name, generation, why }, "the index is built anew");
  });

/** Of a category's change everything is to be read anew that is in it: only then the change is in the index. */
const noteChanges = async (trx: TenantTransaction<DB>, changes: readonly Change[]): Promise<void> => {
  const deferred = new Set<string>();
  for (const { id, resourceId } of categoryChanges(changes)) {
    if ((await wantCategory(trx, resourceId, id)) > 0) deferred.add(id);
  }
  await noteApplied(
    trx,
    changes.map(({ id }) => id).filter((id) => !deferred.has(id)),
  );
};

const keepNews = async (following: Following, { changes, next, isFull }: News): Promise<boolean> => {
  const { source, stopping } = following;
  const place = { source: source.name, type: source.type, cursor: next, isAtEnd: !isFull };
  if (changes.length === 0) return await asHolder(following, (trx) => moveOn(trx, place));
  const told = await askRecords(source, namedKeys(source.type, changes), stopping);
  return await writingIndex(following, async (trx) => {
    await applyToKept(following, trx, told);
    await noteChanges(trx, changes);
    await moveOn(trx, place);
    await notify(trx, "applied");
  });
};

/** Reads what a source has told behind a place, and keeps it. False: another process does that now. */
export const readFeed = async (
  following: Following,
  cursor: string,
  { waitSeconds, signal }: { readonly waitSeconds: number; readonly signal: AbortSignal },
): Promise<boolean> => {
  const news = await following.source.after(cursor, waitSeconds, signal);
  if (!news) return true;
  if ("gone" in news) return await readAnew(following, news.gone);
  return await keepNews(following, news);
};
