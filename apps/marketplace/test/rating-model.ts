import type { TemplateRating } from "@nofx/contract-marketplace";

/** A template as the model knows it. */
export interface ModelTemplate {
  category: string | undefined;
  isPublic: boolean;
  /** Highest first. */
  readonly versions: string[];
  /** By rater. */
  readonly ratings: Map<number, { readonly rating: number; readonly version: string }>;
}

const starsOf = (template: ModelTemplate): number[] => [...template.ratings.values()].map(({ rating }) => rating);
const meanOf = (stars: readonly number[]): number => stars.reduce((sum, each) => sum + each, 0) / stars.length;

/** Mean of all ratings of the category that everybody may see, else of all, else 3: from every single rating. */
const priorOf = (templates: readonly ModelTemplate[], category: string | undefined): number => {
  const open = templates.filter(({ isPublic }) => isPublic);
  const inCategory = open.filter((template) => category !== undefined && template.category === category);
  const stars = [inCategory, open].map((some) => some.flatMap(starsOf)).find((some) => some.length > 0);
  return stars ? meanOf(stars) : 3;
};

/** What a template's rating must be, without any counter. */
export const expectedRating = (templates: readonly ModelTemplate[], template: ModelTemplate): TemplateRating => {
  const stars = starsOf(template);
  const count = (of: number): number => stars.filter((each) => each === of).length;
  const histogram = { 1: count(1), 2: count(2), 3: count(3), 4: count(4), 5: count(5) };
  const given = [...template.ratings.values()];
  const byVersion = template.versions
    .map((version) => given.filter((each) => each.version === version).map(({ rating }) => rating))
    .flatMap((of, index) =>
      of.length === 0 ? [] : [{ version: template.versions[index] ?? "", average: meanOf(of), count: of.length }],
    );
  if (stars.length === 0) return { count: 0, histogram, byVersion };
  const weighed = [...stars, ...Array.from({ length: 15 }, () => priorOf(templates, template.category))];
  return { average: meanOf(stars), count: stars.length, bayesian: meanOf(weighed), histogram, byVersion };
};
