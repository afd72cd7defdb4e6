import type { SearchDocument } from "@nofx/search-core";

/** Numbers from 0 to 1 that look random and are the same each time (mulberry32). */
export const randomOf = (seed: number): (() => number) => {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** Words as people use them in names of agents; the first are in many. */
const commonWords = `review code request pull security audit release notes email customer support triage ticket incident
response log alert deploy rollback test coverage dependency upgrade scan licence contract clause invoice finance report
forecast budget cost cloud data quality schema migrate query table warehouse dashboard summary meeting minutes action
slack digest channel translate language glossary accessibility contrast screen design api endpoint prompt model agent
tool memory vector search rank answer question page wiki onboarding guide employee resume interview plan roadmap product
competitor brief market social campaign keyword image caption video transcript speech voice call route fleet order refund
payment fraud risk policy write`.split(/\s+/);

const syllables = "ba co di fu ga he ji ko lu ma ne po qui ra si tu va wo xe yo za bri cle dra fli gno pla ster".split(
  " ",
);

/** The word of a rank: a real one, or behind these one that is made up. */
export const wordOfRank = (rank: number): string => {
  const common = commonWords[rank];
  if (common !== undefined) return common;
  let rest = rank;
  let word = "";
  while (rest > 0 || word.length < 4) {
    word += syllables[rest % syllables.length];
    rest = Math.floor(rest / syllables.length);
  }
  return word;
};

/** A rank from 0 to below `ranks`, the n-th about 1/n as often as the first. */
const zipf = (random: () => number, ranks: number): number => Math.floor(ranks ** random()) - 1;

export interface Corpus {
  readonly documents: number;
  readonly seed?: number;
  /** Different words that there may be; default: as many as texts of so many documents have. */
  readonly vocabulary?: number;
  readonly tenants?: number;
}

const fill = (word: () => string, count: number): string => Array.from({ length: count }, word).join(" ");

/** The n-th document of a corpus: the same each time. */
export const documentOf = (corpus: Corpus, index: number): SearchDocument => {
  const { documents, seed = 1, vocabulary = Math.round(120 * Math.sqrt(documents) + 400), tenants = 40 } = corpus;
  const random = randomOf(seed * 7_919 + index);
  const word = () => wordOfRank(zipf(random, vocabulary));
  const among = (count: number) => zipf(random, count);
  const isTemplate = random() < 0.5;
  const tenant = `t${among(tenants)}`;
  const name = [word(), word(), ...(random() < 0.5 ? [word()] : [])];
  const isRated = random() < 0.3;
  const isRun = random() < 0.4;
  const ratingAverage = 1 + Math.round(random() * 40) / 10;
  const category = `area-${among(12)}`;
  const state = random();
  return {
    type: isTemplate ? "template" : "agent",
    tenant,
    id: `${name.join("-")}-${index}`,
    name: name.map((part) => part[0]?.toUpperCase() + part.slice(1)).join(" "),
    description: `Helps to ${fill(word, 8 + Math.floor(random() * 12))}.`,
    currentVersion: "1.0.0",
    status: state < 0.05 ? "deprecated" : "active",
    visibility: random() < 0.8 ? "public" : "private",
    kind: isTemplate ? (random() < 0.6 ? "workflow" : "prompt") : undefined,
    category,
    categories: [category, `${category}-group`],
    tags: [...new Set([`tag-${among(800)}`, `topic-${among(30)}`])],
    capabilities: isTemplate ? [] : [`can ${word()}`],
    agents: isTemplate ? [`t${among(tenants)}/${word()}-${word()}`] : [],
    aliases: [],
    author: `team-${among(200)}`,
    license: random() < 0.5 ? "Apache-2.0" : "MIT",
    body: fill(word, 20 + Math.floor(random() * 60)),
    ratingAverage: isRated ? ratingAverage : undefined,
    ratingCount: isRated ? 1 + among(200) : 0,
    ratingBayesian: isRated ? (3 * 5 + ratingAverage * 10) / 15 : undefined,
    usage30d: isRun ? among(10_000) : 0,
    success: isRun ? random() : undefined,
    updatedAt: new Date(Date.UTC(2026, 0, 1) + Math.floor(random() * 300) * 86_400_000).toISOString(),
  };
};
