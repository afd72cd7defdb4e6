import {
  fieldWeights,
  fold,
  keyText,
  lengthNorm,
  phrasesAt,
  quality,
  qualityParts,
  type SearchDocument,
  stemOf,
  tierOf,
  wordsOf,
} from "@nofx/search-core";
import { facetValues } from "../facet-values.rules.ts";
import {
  beginningLexemes,
  exactLexeme,
  formLexeme,
  labelLexeme,
  quoted,
  scopeLexeme,
  strongLexeme,
  tierLexeme,
} from "./lexemes.rules.ts";

/** A document as `index_apply` takes it. */
export interface DocumentRow {
  readonly tenant_id: string;
  readonly key: string;
  readonly scope: string;
  readonly document: SearchDocument;
  readonly terms: readonly string[];
  readonly words: string;
  readonly facets: readonly string[];
  readonly length: number;
  readonly quality: number;
  readonly updated: number;
  readonly rating: number;
  readonly usage: number;
  readonly name: string;
  readonly mean: number;
}

/** Words of a body that are indexed; what comes behind says little. */
const bodyWordsMax = 4_000;
/** Between two texts, so that no phrase goes from one to the next. */
const gap = 8;
/** PostgreSQL keeps no higher places. */
const placeMax = 16_383;

type FieldWords = Record<keyof typeof fieldWeights, number>;

/** Gathers the words of a document with their places. */
class Vector {
  readonly #places = new Map<string, string[]>();
  readonly #plain = new Set<string>();
  readonly terms = new Set<string>();
  readonly counts: FieldWords = { name: 0, label: 0, description: 0, rest: 0 };
  #place = 0;

  add(field: keyof FieldWords, text: string): void {
    const words = wordsOf(text).slice(0, bodyWordsMax);
    const stems = words.map(({ word }) => stemOf(word));
    for (const [at, { word }] of words.entries()) {
      this.#place = Math.min(this.#place + 1, placeMax);
      for (const lexeme of [stems[at] ?? "", ...phrasesAt(stems, at)]) {
        this.#put(lexeme, field);
        if (field === "name" || field === "label") this.mark(strongLexeme(lexeme));
      }
      if (field === "name") this.#put(formLexeme(word), field);
      this.terms.add(word);
    }
    this.counts[field] += words.length;
    this.#place = Math.min(this.#place + gap, placeMax);
  }

  #put(lexeme: string, field: keyof FieldWords): void {
    const places = this.#places.get(lexeme) ?? [];
    places.push(`${this.#place}${weightLetters[field]}`);
    this.#places.set(lexeme, places);
  }

  mark(lexeme: string): void {
    this.#plain.add(lexeme);
  }

  text(): string {
    const placed = [...this.#places].map(([stem, places]) => `${quoted(stem)}:${places.slice(0, 255).join(",")}`);
    return [...placed, ...[...this.#plain].map(quoted)].join(" ");
  }
}

const weightLetters = { name: "A", label: "B", description: "C", rest: "D" } as const;

/** Weights in the order in which ts_rank takes them. */
export const rankWeights = [fieldWeights.rest, fieldWeights.description, fieldWeights.label, fieldWeights.name];

const addNames = (vector: Vector, { tenant, id, name, aliases }: SearchDocument): void => {
  for (const text of [name, id, ...aliases]) {
    const words = wordsOf(text).map(({ word }) => word);
    vector.add("name", text);
    if (words.length > 0) vector.mark(exactLexeme(words));
    for (const word of words) for (const lexeme of beginningLexemes(word)) vector.mark(lexeme);
  }
  vector.mark(exactLexeme(wordsOf(`${tenant} ${id}`).map(({ word }) => word)));
};

const addTexts = (vector: Vector, document: SearchDocument): void => {
  for (const text of [...document.tags, ...document.capabilities]) vector.add("label", text);
  vector.add("description", document.description ?? "");
  const whole = `${document.tenant}/${document.id}`;
  for (const text of [whole, ...document.categories, ...document.agents, document.body]) vector.add("rest", text);
};

const addLabels = (vector: Vector, document: SearchDocument, facets: readonly [string, string][]): void => {
  for (const [field, value] of facets) vector.mark(labelLexeme(field, value));
  vector.mark(labelLexeme("tenant", document.tenant));
  if (document.kind !== undefined) vector.mark(labelLexeme("kind", document.kind));
  for (const agent of document.agents) {
    vector.mark(labelLexeme("agent", agent));
    vector.mark(labelLexeme("agent", agent.slice(agent.indexOf("/") + 1)));
  }
};

/** What the index keeps of a document. Depends on nothing else: the same document always gives the same row. */
export const documentRow = (document: SearchDocument): DocumentRow => {
  const key = keyText(document);
  const scope = document.visibility === "public" ? "" : document.tenant;
  const parts = qualityParts(document);
  const facets = facetValues(document);
  const vector = new Vector();
  addNames(vector, document);
  addTexts(vector, document);
  addLabels(vector, document, facets);
  vector.mark(scopeLexeme(scope));
  vector.mark(tierLexeme(0));
  // One label for both spares the scan of everything that is public.
  for (let tier = tierOf(parts, key); tier > 0; tier -= 1) vector.mark(tierLexeme(tier) + scopeLexeme(scope));
  return {
    tenant_id: document.tenant,
    key,
    scope,
    document,
    terms: [...vector.terms].sort(),
    words: vector.text(),
    facets: facets.map(([field, value]) => `${field}:${value}`),
    length: lengthNorm(vector.counts),
    quality: quality(parts),
    updated: Date.parse(document.updatedAt),
    rating: document.ratingBayesian ?? 0,
    usage: document.usage30d,
    name: fold(document.name),
    mean: document.ratingAverage ?? 0,
  };
};
