import { type Grade, type Grades, gradesOf } from "./ndcg.ts";

/** Grades from this one count as found. */
const relevantFrom: Grade = 2;

/** Place of the first document that answers the query, from 1; undefined if none does. */
export const firstRelevantRank = (ranked: readonly string[], grades: Grades): number | undefined => {
  const index = gradesOf(ranked, grades).findIndex((grade) => grade >= relevantFrom);
  return index === -1 ? undefined : index + 1;
};

/** 1 / place of the first document that answers the query; 0 if none does. */
export const reciprocalRank = (ranked: readonly string[], grades: Grades): number =>
  1 / (firstRelevantRank(ranked, grades) ?? Number.POSITIVE_INFINITY);
