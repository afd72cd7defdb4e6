import type { ScorePart } from "@nofx/contract-search";
import { freshness, qualityParts, type SearchDocument, scoreParts } from "@nofx/search-core";
import { exactNames, stemsIn, textsOf } from "./indexed-document.rules.ts";
import { fieldValue, type Plan, type Share } from "./plan.rules.ts";

const fieldsByWeight = ["name", "label", "description", "rest"] as const;

/** How much a clause adds: by the best field that it is in. */
const valuesOf = (document: SearchDocument, shares: readonly Share[]): number[] => {
  const texts = textsOf(document);
  const values = shares.map(() => 0);
  for (const field of fieldsByWeight) {
    if (values.every((value) => value > 0)) break;
    const stems = new Set(stemsIn(texts[field]));
    for (const [index, { stems: asked, share }] of shares.entries()) {
      if (values[index] === 0 && asked.some((stem) => stems.has(stem))) values[index] = share * fieldValue(field);
    }
  }
  return values;
};

/** The parts of a document's score, as OpenSearch has added them up; more exactly than it tells the sum. */
export const partsOf = (document: SearchDocument, plan: Plan, hasAll: boolean, today: number): ScorePart[] => {
  const values = valuesOf(document, plan.shares);
  return scoreParts({
    exact: plan.exact !== undefined && exactNames(document).includes(plan.exact),
    all: hasAll,
    words: plan.shares.map(({ word, stems }, index) => ({
      word: stems.length === 1 && stems[0] === word ? word : `${word}: ${stems.join(", ")}`,
      value: values[index] ?? 0,
    })),
    ...qualityParts(document),
    freshness: freshness(document.updatedAt, today),
  });
};
