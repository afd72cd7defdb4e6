import { describe } from "vitest";
import { declareCompile } from "./compile.ts";
import { declareCreate } from "./create.ts";
import { declareDeploy } from "./deploy.ts";
import type { Connect } from "./given.ts";
import { declareHistory } from "./history.ts";
import { declareHostileInput } from "./hostile-input.ts";
import { declareList } from "./list.ts";
import { declareRefusals } from "./refusals.ts";
import { declareRun } from "./run.ts";
import { declareUpdate } from "./update.ts";

/**
 * Declares the suite: all that existing callers of the builder API rely on, each as a test. `connect` gives a server
 * whose builder store is empty (a new tenant), each time it is called; one that says `fresh: false` may be the same
 * server again, and tests that need an empty store are then skipped.
 */
export const builderCompatibility = (connect: Connect): void => {
  describe("the builder API", () => {
    declareList(connect);
    declareCreate(connect);
    declareUpdate(connect);
    declareDeploy(connect);
    declareHistory(connect);
    declareCompile(connect);
    declareRun(connect);
    declareRefusals(connect);
    declareHostileInput(connect);
  });
};
