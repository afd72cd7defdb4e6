import type { Difference, FieldChange } from "@nofx/contract-kit";
import { parseRange } from "./range.ts";
import type { ResourceStatus } from "./status.ts";

/** Differences as what a change shows in the resource itself: where, before and after. */
export const fieldChanges = (found: readonly Difference[]): FieldChange[] =>
  found.map(({ severity: _severity, reason: _reason, ...field }) => field);

/** Whether who depends on a range of a resource's versions gets the current one. What is disabled gives nobody anything. */
export const satisfies = (
  resource: { readonly status: ResourceStatus; readonly currentVersion: string },
  range: string,
): boolean => resource.status !== "disabled" && parseRange(range)?.includes(resource.currentVersion) === true;
