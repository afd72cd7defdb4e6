import type { OperationInput } from "@nofx/contract-kit";
import type { recordSearchClick as RecordSearchClick } from "@nofx/contract-search";
import { v7 as uuidv7 } from "uuid";
import type { Deps } from "../deps.ts";

/**
 * Keeps which hit was chosen, and not by whom. Nobody is told whether the search or the document is there: who asks for
 * either would learn of what others have.
 */
export const recordSearchClick = (
  { keptSearches, now }: Pick<Deps, "keptSearches" | "now">,
  click: OperationInput<typeof RecordSearchClick>["body"],
): void => keptSearches.keepClick({ ...click, clickId: uuidv7(), at: now() });
