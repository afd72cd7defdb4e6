import { unwrap } from "@nofx/client";
import { type MarketplaceClient, marketplace, type TestMarketplace } from "./marketplace.ts";
import { workflow } from "./templates.ts";

export const templateId = "release-notes";

/** What those who rate call the template of `withPublicTemplate`. */
export const named = { templateId, tenant: "acme" };

/** A marketplace with a public template of acme, its author, and somebody of globex who may rate it. */
export const withPublicTemplate = async () => {
  const world = await marketplace();
  const author = world.as(await world.person("admin", "acme"));
  await unwrap(author.publishTemplate({ body: workflow(), visibility: "public" }));
  const bob = world.as(await world.person("publisher", "globex"));
  return { world, author, bob };
};

/** Many who may rate, of some tenants. */
export const raters = async (
  world: TestMarketplace,
  count: number,
  tenants: readonly string[] = ["globex", "initech", "umbrella"],
): Promise<MarketplaceClient[]> =>
  Promise.all(
    Array.from({ length: count }, async (_, index) =>
      world.as(await world.person("publisher", tenants[index % tenants.length] ?? "globex")),
    ),
  );

/** Ratings, audit entries and changes that there are. */
export const written = async ({ database }: TestMarketplace) => {
  const [counts] = await database.query<{ ratings: number; entries: number; changes: number }>(`
    SELECT (SELECT count(*)::int FROM marketplace.template_ratings) AS ratings,
           (SELECT count(*)::int FROM marketplace.audit_log WHERE action LIKE 'template.rat%') AS entries,
           (SELECT count(*)::int FROM (
              SELECT type FROM marketplace.outbox UNION ALL SELECT type FROM marketplace.changes) c
            WHERE type LIKE 'template.rat%') AS changes`);
  return counts;
};

/** What the feed tells a reader of ratings, when it has told everything up to a change. */
export const ratingChanges = async (client: MarketplaceClient, upTo: string | null) => {
  const seen: Awaited<ReturnType<typeof page>>["changes"] = [];
  const page = (after: string | undefined) =>
    unwrap(client.listMarketplaceChanges({ wait: 5, limit: 100, ...(after && { after }) }));
  let after: string | undefined;
  do {
    const next = await page(after);
    seen.push(...next.changes);
    after = next.next;
  } while (!seen.some(({ id }) => id === upTo));
  return seen.filter(({ type }) => type.startsWith("template.rat"));
};
