import { contractSuite } from "@nofx/contract-suite";
import { searchContract } from "./index.ts";

contractSuite(searchContract, {
  // A click that is told twice is two clicks, and nothing hangs on it.
  withoutIdempotencyKey: new Set(["recordSearchClick"]),
  openWrites: new Set(["recordSearchClick"]),
});
