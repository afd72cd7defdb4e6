/** Folds once, as a process that can be killed: `DATABASE_URL=… node fold-once.ts`. */
import { openDatabase } from "@nofx/db-kit";
import type { DB } from "../../src/db/schema.gen.ts";
import { foldBatches } from "../../src/usage/fold.store.ts";

const db = openDatabase<DB>({
  url: process.env.DATABASE_URL ?? "",
  applicationName: "fold once",
  onIdleError: () => undefined,
});
await foldBatches(db, new Date());
await db.close();
