import { canonicalForm } from "@nofx/canonical";
import { precedenceKey } from "@nofx/versioning";
import { type Candidate, compareTexts, type Strategy } from "./resource.ts";

/** What is no version comes below all versions, and fits no range. */
const keyOfVersion = (version: string): string => {
  try {
    return precedenceKey(version);
  } catch {
    return "";
  }
};

interface Keyed {
  readonly candidate: Candidate;
  readonly key: string;
}

/** The order of precedence. Versions that differ in build metadata only, which has no precedence, go by their text. */
const compare = (left: Keyed, right: Keyed): number =>
  compareTexts(left.key, right.key) ||
  compareTexts(left.candidate.version, right.candidate.version) ||
  compareTexts(canonicalForm(left.candidate), canonicalForm(right.candidate));

/** Candidates by precedence, the highest first. */
export const highestFirst = (candidates: readonly Candidate[]): Candidate[] =>
  candidates
    .map((candidate) => ({ candidate, key: keyOfVersion(candidate.version) }))
    .sort((left, right) => compare(right, left))
    .map(({ candidate }) => candidate);

/**
 * The versions that may be chosen, the most preferred first: active ones from the highest (or lowest) on, then deprecated
 * ones likewise. Drafts and archived ones never.
 */
export const byPreference = (candidates: readonly Candidate[], strategy: Strategy): Candidate[] => {
  const ordered = highestFirst(candidates);
  if (strategy === "lowest") ordered.reverse();
  return (["active", "deprecated"] as const).flatMap((wanted) => ordered.filter(({ status }) => status === wanted));
};
