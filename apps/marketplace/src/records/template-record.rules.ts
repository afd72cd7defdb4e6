import { meanMsOf } from "@nofx/analytics";
import {
  recordUsesMax,
  type TemplateRecord,
  type TemplateRecordUsage,
  type TemplateSummary,
  type TemplateUse,
} from "@nofx/contract-marketplace";
import { aliasesOf } from "@nofx/document";
import { type Popularity, scoreOf } from "../analytics/popularity.rules.ts";
import { averageOf, bayesianMean, type Ratings } from "../ratings/ratings.rules.ts";

type Named = Pick<TemplateUse, "kind" | "tenant" | "id">;
/** What the current version declares. */
export type Declared = Named & Required<Pick<TemplateUse, "range">>;
/** What a kept lock of some version holds. */
export type Locked = Named & Required<Pick<TemplateUse, "locked">> & Pick<TemplateUse, "version" | "environment">;

/** A template with all that is known of it, but for what its document says. */
export interface KnownTemplate
  extends Pick<TemplateRecord, "createdAt" | "categories" | "versions" | "versionCount" | "forkedFrom"> {
  readonly summary: TemplateSummary;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Size of the current version's document. */
  readonly documentBytes: number;
  readonly ratings: Ratings | null;
  /** What it was taken for before anybody had rated it; null if nobody has. */
  readonly prior: number | null;
  readonly popularity: Popularity | null;
  /** Wilson's lower bound. */
  readonly success: number | null;
  readonly declared: readonly Declared[];
  /** Those of the current version first. */
  readonly locked: readonly Locked[];
}

const nameOf = ({ kind, tenant, id }: Named): string => `${kind} ${tenant}/${id}`;

/** What the current version declares, each time with what a lock of it holds; then what locks hold beside that. */
export const usesOf = (
  currentVersion: string,
  declared: readonly Declared[],
  locked: readonly Locked[],
): TemplateUse[] => {
  const held = Map.groupBy(
    locked.filter(({ version }) => version === currentVersion),
    nameOf,
  );
  const names = new Set(declared.map(nameOf));
  const direct = declared.flatMap((use): TemplateUse[] => {
    const locks = held.get(nameOf(use)) ?? [];
    if (locks.length === 0) return [{ ...use, version: currentVersion }];
    return locks.map((lock) => ({ ...use, ...lock }));
  });
  const others = locked.filter((lock) => lock.version !== currentVersion || !names.has(nameOf(lock)));
  return [...direct, ...others].slice(0, recordUsesMax);
};

const ratingOf = ({ ratings, prior }: Pick<KnownTemplate, "ratings" | "prior">): TemplateRecord["rating"] => {
  const given = ratings ?? { count: 0, sum: 0 };
  const average = averageOf(given);
  const bayesian = prior === null ? undefined : bayesianMean(given, prior);
  return {
    count: given.count,
    ...(average !== undefined && { average }),
    ...(bayesian !== undefined && { bayesian }),
  };
};

const usageOf = ({ popularity, success }: Pick<KnownTemplate, "popularity" | "success">): TemplateRecordUsage => ({
  runs30d: popularity?.usage ?? 0,
  succeeded30d: popularity?.succeeded ?? 0,
  ...(success !== null && { success }),
  ...(popularity && popularity.succeeded > 0 && { meanMs: meanMsOf(popularity) }),
  ...(popularity && { lastAt: new Date(popularity.lastRunAt).toISOString() }),
  popularityScore: scoreOf(popularity),
});

const toldOf = (summary: TemplateSummary) => {
  const { id: _id, statusReason: _reason, deprecatedAt: _since, agents: _agents, ...told } = summary;
  const { ratingAverage: _average, ratingCount: _count, popularityScore: _score, ...rest } = told;
  return rest;
};

/** The record of a template, with the text that its current version comes to. */
export const recordOf = (known: KnownTemplate, text: string): TemplateRecord => ({
  ...toldOf(known.summary),
  categories: known.categories,
  aliases: aliasesOf(known.metadata),
  text,
  createdAt: known.createdAt,
  versions: known.versions,
  versionCount: known.versionCount,
  rating: ratingOf(known),
  usage: usageOf(known),
  ...(known.forkedFrom && { forkedFrom: known.forkedFrom }),
  uses: usesOf(known.summary.currentVersion, known.declared, known.locked),
});
