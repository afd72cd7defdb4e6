import { askRecords } from "./ask-records.ts";
import { notify } from "./notices.ts";
import { listPending, settlePending } from "./pending.store.ts";
import { amounts } from "./source.ts";
import { applyToKept, type Following, writingIndex } from "./write-index.ts";

/** Reads the next of what is to be read anew without a change of its own. False: another process does that now. */
export const readPending = async (following: Following): Promise<boolean> => {
  const { db, source, stopping } = following;
  const pending = await listPending(db, source.type, amounts.keysMax);
  const told = await askRecords(
    source,
    pending.map(({ key }) => key),
    stopping,
  );
  return await writingIndex(following, async (trx) => {
    await applyToKept(following, trx, told);
    await settlePending(trx, pending);
    await notify(trx, "applied");
  });
};
