/** How well a document answers a query: 3 is what was meant, 2 does as well, 1 has to do with it, 0 does not. */
export type Grade = 0 | 1 | 2 | 3;

/** What people said of a query's documents, by document. Whatever is not in it is 0. */
export type Grades = ReadonlyMap<string, Grade>;

const gainOf = (grade: Grade): number => 2 ** grade - 1;

/** Discounted cumulative gain of the first `k` (Järvelin and Kekäläinen 2002): gain 2^grade − 1, discount log2(rank + 1). */
export const dcg = (grades: readonly Grade[], k: number): number =>
  grades.slice(0, k).reduce<number>((sum, grade, index) => sum + gainOf(grade) / Math.log2(index + 2), 0);

/** What a document is worth where it stands; one that stands there again is worth nothing. */
export const gradesOf = (ranked: readonly string[], grades: Grades): Grade[] =>
  ranked.map((key, index) => (ranked.indexOf(key) === index ? (grades.get(key) ?? 0) : 0));

/** Gain of a ranking against that of the best one there could be, 0 to 1. A query that nothing answers is answered: 1. */
export const ndcg = (ranked: readonly string[], grades: Grades, k = 10): number => {
  const best = dcg(
    [...grades.values()].sort((one, other) => other - one),
    k,
  );
  return best === 0 ? 1 : dcg(gradesOf(ranked, grades), k) / best;
};
