import { createHash } from "node:crypto";
import type { OperationInput } from "@nofx/contract-kit";
import type { recordSearchClick as RecordSearchClick } from "@nofx/contract-search";
import type { Deps } from "../deps.ts";
import { count } from "./kept-searches.ts";

type Click = OperationInput<typeof RecordSearchClick>["body"];
type Parts = Pick<Deps, "keptSearches" | "now" | "searchIds">;

/** So long after a search somebody may still choose; much less than clicks are kept, so that no click counts twice. */
const chosenWithinMs = 24 * 3_600_000;
/** Clocks of processes differ. */
const aheadMs = 60_000;

/** The same for the same hit of the same search: to choose it once more changes nothing. */
const clickIdOf = ({ searchId, type, tenant, id }: Click): string => {
  const bytes = createHash("sha256")
    .update(JSON.stringify([searchId.toLowerCase(), type, tenant, id]))
    .digest();
  bytes.writeUInt8(0x80 | (bytes.readUInt8(6) & 0x0f), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  return bytes.toString("hex", 0, 16);
};

/** Whether a search was given not long ago that had as many hits. */
const isPossible = ({ searchIds, now }: Parts, { searchId, position }: Click): boolean => {
  const given = searchIds.read(searchId);
  if (!given || position > given.total) return false;
  const ageMs = now().getTime() - given.at.getTime();
  return ageMs > -aheadMs && ageMs < chosenWithinMs;
};

/**
 * Keeps which hit was chosen, and not by whom; what cannot have been one is ignored. Nobody is told whether the search or
 * the document is there: who asks for either would learn of what others have.
 */
export const recordSearchClick = (parts: Parts, click: Click): void => {
  const { keptSearches, now } = parts;
  const isKept = isPossible(parts, click);
  count(keptSearches.clicks, isKept ? "kept" : "ignored");
  if (isKept) keptSearches.keepClick({ ...click, clickId: clickIdOf(click), at: now() });
};
