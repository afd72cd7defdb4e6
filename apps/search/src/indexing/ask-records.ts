import type { DocumentKey } from "@nofx/search-core";
import { Refused } from "@nofx/track-kit";
import { readAsked, type Told } from "./read-records.rules.ts";
import { amounts, type Source } from "./source.ts";

const failed = "The source answers 500 to it";

/** Nothing has this name: who fails on it fails on everything. */
const nobody = (source: Source): DocumentKey => ({ type: source.type, tenant: "nobody", id: "nobody" });

const askByHalves = async (source: Source, keys: readonly DocumentKey[], signal: AbortSignal): Promise<Told[]> => {
  const [first, second] = keys;
  if (!first) return [];
  const records = await source.records(keys, signal);
  if (records) return readAsked(keys, records);
  if (!second) return [{ key: first, kind: "unusable", error: failed }];
  const middle = keys.length >> 1;
  const told = await askByHalves(source, keys.slice(0, middle), signal);
  return [...told, ...(await askByHalves(source, keys.slice(middle), signal))];
};

/**
 * Asks a source for the records of keys. One that it fails on is told as unusable, as long as it does not fail on
 * everything: then it is the source that is unwell. @throws Refused
 */
export const askRecords = async (
  source: Source,
  keys: readonly DocumentKey[],
  signal: AbortSignal,
): Promise<readonly Told[]> => {
  const told: Told[] = [];
  for (let from = 0; from < keys.length; from += amounts.keysMax) {
    told.push(...(await askByHalves(source, keys.slice(from, from + amounts.keysMax), signal)));
  }
  const isSuspect = told.length > 0 && told.every(({ kind }) => kind === "unusable");
  if (isSuspect && !(await source.records([nobody(source)], signal))) throw new Refused(500);
  return told;
};
