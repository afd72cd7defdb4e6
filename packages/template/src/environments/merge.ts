import { isRecord } from "@nofx/versioning";

/**
 * A value with a patch put over it, as RFC 7396 has it: objects are merged member by member, `null` takes a member away,
 * anything else takes the place of what was there. Neither is changed.
 */
export const mergePatch = (target: unknown, patch: unknown): unknown => {
  if (!isRecord(patch)) return patch;
  const merged = new Map(Object.entries(isRecord(target) ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value));
  }
  return Object.fromEntries(merged);
};
