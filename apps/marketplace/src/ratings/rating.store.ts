import type { ListedRating, OwnRating, RatingTotals, TemplateRating } from "@nofx/contract-marketplace";
import { type Database, readInTenant, type TenantScope, type TenantTransaction } from "@nofx/db-kit";
import { type Kysely, type Selectable, sql } from "kysely";
import { jsonArrayFrom } from "kysely/helpers/postgres";
import type { DB, TemplateRatings } from "../db/schema.gen.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { totalsOf } from "./ratings.rules.ts";

/** How many versions a template's rating is shown by. */
const versionsShown = 100;

/** A row of template_ratings as whoever rated knows it. */
export const toOwnRating = (row: Selectable<TemplateRatings>): OwnRating => ({
  tenant: row.template_tenant,
  templateId: row.template_id,
  version: row.version,
  rating: row.rating,
  ...(row.comment !== null && { comment: row.comment }),
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
});

/** Who rated is told within their tenant only. */
const toListed = (row: Selectable<TemplateRatings>, me: string): ListedRating => ({
  id: row.id,
  version: row.version,
  rating: row.rating,
  ...(row.comment !== null && { comment: row.comment }),
  updatedAt: row.updated_at.toISOString(),
  ...(row.tenant_id === me && { by: { tenant: row.tenant_id, subject: row.subject } }),
});

const ratingsOf = (query: Kysely<DB>, { tenant, templateId }: TemplateAddress) =>
  query
    .selectFrom("template_ratings")
    .selectAll()
    .where("template_tenant", "=", tenant)
    .where("template_id", "=", templateId);

const ownRatings = (query: Kysely<DB>, { tenantId, subject }: TenantScope, address: TemplateAddress) =>
  ratingsOf(query, address).where("tenant_id", "=", tenantId).where("subject", "=", subject);

/** The caller's rating. */
export const findOwnRating = async (
  db: Database<DB>,
  scope: TenantScope,
  address: TemplateAddress,
): Promise<OwnRating | undefined> => {
  const [row] = await readInTenant(db, scope, (query) => ownRatings(query, scope, address));
  return row && toOwnRating(row);
};

/** The same inside a write, after the rating's lock. */
export const ownRatingOf = async (
  trx: TenantTransaction<DB>,
  scope: TenantScope,
  address: TemplateAddress,
): Promise<OwnRating | undefined> => {
  const row = await ownRatings(trx, scope, address).executeTakeFirst();
  return row && toOwnRating(row);
};

/** Where a page of ratings ended. */
export interface RatingPosition {
  readonly at: string;
  readonly id: string;
}

export interface RatingSelection {
  readonly version?: string | undefined;
  readonly stars?: number | undefined;
  readonly after: RatingPosition | undefined;
  readonly limit: number;
}

/** A page of a template's ratings, latest changed first: one range of one index, whatever is selected. */
export const ratingPage = (
  query: Kysely<DB>,
  address: TemplateAddress,
  { version, stars, after, limit }: RatingSelection,
) => {
  let ratings = ratingsOf(query, address).orderBy("updated_at", "desc").orderBy("id", "desc").limit(limit);
  if (version !== undefined) ratings = ratings.where("version", "=", version);
  if (stars !== undefined) ratings = ratings.where("rating", "=", stars);
  return after ? ratings.where(sql<boolean>`(updated_at, id) < (${new Date(after.at)}, ${after.id}::uuid)`) : ratings;
};

/** A template's ratings as others see them. */
export const listRatingsOf = async (
  db: Database<DB>,
  scope: TenantScope,
  address: TemplateAddress,
  selection: RatingSelection,
): Promise<ListedRating[]> => {
  const rows = await readInTenant(db, scope, (query) => ratingPage(query, address, selection));
  return rows.map((row) => toListed(row, scope.tenantId));
};

/** Counters, and the prior where there is something to weigh it against. */
const totalsRow = (query: Kysely<DB>, { tenant, templateId }: TemplateAddress) =>
  query
    .selectFrom("template_rating_totals as r")
    .select(["one", "two", "three", "four", "five"])
    .select(sql<number>`CASE WHEN rating_count > 0 THEN rating_prior(category) ELSE 3 END`.as("prior"))
    .where("r.tenant_id", "=", tenant)
    .where("r.template_id", "=", templateId);

interface TotalsRow {
  readonly one: number;
  readonly two: number;
  readonly three: number;
  readonly four: number;
  readonly five: number;
  readonly prior: number;
}

const none: TotalsRow = { one: 0, two: 0, three: 0, four: 0, five: 0, prior: 3 };

const toTotals = ({ one, two, three, four, five, prior }: TotalsRow): RatingTotals =>
  totalsOf({ 1: one, 2: two, 3: three, 4: four, 5: five }, prior);

/** What a template's ratings add up to, what the transaction has done included. */
export const totalsIn = async (trx: TenantTransaction<DB>, address: TemplateAddress): Promise<RatingTotals> =>
  toTotals((await totalsRow(trx, address).executeTakeFirst()) ?? none);

const withVersions = (query: Kysely<DB>, address: TemplateAddress) =>
  totalsRow(query, address).select((from) =>
    jsonArrayFrom(
      from
        .selectFrom("version_rating_totals as t")
        .innerJoin("template_versions as v", (join) =>
          join
            .onRef("v.tenant_id", "=", "t.tenant_id")
            .onRef("v.template_id", "=", "t.template_id")
            .onRef("v.version", "=", "t.version"),
        )
        .select(["v.version", "t.rating_count as count", "t.rating_sum as sum"])
        .whereRef("t.tenant_id", "=", "r.tenant_id")
        .whereRef("t.template_id", "=", "r.template_id")
        .where("t.rating_count", ">", 0)
        .orderBy("v.precedence", "desc")
        .limit(versionsShown),
    ).as("versions"),
  );

type VersionsRow = TotalsRow & {
  readonly versions: readonly { readonly version: string; readonly count: number; readonly sum: number }[];
};

const toTemplateRating = ({ versions, ...row }: VersionsRow): TemplateRating => ({
  ...toTotals(row),
  byVersion: versions.map(({ version, count, sum }) => ({ version, average: sum / count, count })),
});

const unrated: VersionsRow = { ...none, versions: [] };

/** A template's rating in full. */
export const findRating = async (
  db: Database<DB>,
  scope: TenantScope,
  address: TemplateAddress,
): Promise<TemplateRating> => {
  const [row] = await readInTenant(db, scope, (query) => withVersions(query, address));
  return toTemplateRating(row ?? unrated);
};

/** The same inside a write. */
export const ratingIn = async (trx: TenantTransaction<DB>, address: TemplateAddress): Promise<TemplateRating> =>
  toTemplateRating((await withVersions(trx, address).executeTakeFirst()) ?? unrated);
