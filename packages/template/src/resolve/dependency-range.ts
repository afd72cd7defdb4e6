import { parseRange, type VersionRange } from "@nofx/versioning";

/**
 * Reads the range of a dependency; undefined if it is none. `latest` is `*`: the highest release there is, which no channel
 * of a registry can move.
 */
export const readRange = (text: string): VersionRange | undefined => parseRange(text.trim() === "latest" ? "*" : text);
