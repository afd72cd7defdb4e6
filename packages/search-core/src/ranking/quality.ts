import type { SearchDocument } from "../document.ts";
import { freshnessDays, scoreWeights } from "./weights.ts";

type Rated = Pick<SearchDocument, "success" | "ratingBayesian" | "usage30d" | "status">;

/** How good a document is, apart from any query: each part from 0 to 1, a bad rating below 0. */
export interface QualityParts {
  readonly success: number;
  readonly rating: number;
  readonly usage: number;
  readonly deprecated: number;
}

const within = (value: number, min: number, max: number): number => Math.min(Math.max(value, min), max);

/** Nobody has rated or run it: neither good nor bad. */
export const qualityParts = ({ success, ratingBayesian, usage30d, status }: Rated): QualityParts => ({
  success: within(success ?? 0, 0, 1),
  rating: within(((ratingBayesian ?? 3) - 3) / 2, -1, 1),
  usage: within(Math.log10(1 + Math.max(usage30d, 0)) / 5, 0, 1),
  deprecated: status === "deprecated" ? 1 : 0,
});

/** The parts of a score that no query changes. */
export const quality = (parts: QualityParts): number =>
  scoreWeights.success * parts.success +
  scoreWeights.rating * parts.rating +
  scoreWeights.usage * parts.usage +
  scoreWeights.deprecated * parts.deprecated;

const qualityMax = scoreWeights.success + scoreWeights.rating + scoreWeights.usage;

/** From 1, updated today, towards 0. */
export const freshness = (updatedAt: string, today: number): number =>
  Math.exp(-Math.max(0, today - Date.parse(updatedAt) / 86_400_000) / freshnessDays);

/** A number from 0 to 1 that every text has for itself (FNV-1a, mixed). */
const spreadOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
};

/** The highest tier. */
export const tierMax = 12;

/**
 * In which tiers a document is: from 0, where all are, up to the one given back. Of documents nobody knows anything of,
 * every second one of a tier is in the next, as their keys happen to fall; good ones climb higher, deprecated ones not at
 * all. So a query that too much fits finds a bounded number of candidates, mostly good ones, in the right tier.
 */
export const tierOf = (parts: QualityParts, key: string): number => {
  if (parts.deprecated > 0) return 0;
  const signal = within(quality(parts) / qualityMax, 0, 1);
  const below = (1 - spreadOf(key)) * (1 - signal) ** 2;
  return within(Math.floor(-Math.log2(Math.max(below, 2 ** -tierMax))), 0, tierMax);
};
