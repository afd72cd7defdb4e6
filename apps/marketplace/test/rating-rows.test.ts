import { unwrap } from "@nofx/client";
import { inTenant, readInTenant, recordEvent, type TenantScope, type TenantTransaction } from "@nofx/db-kit";
import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import type { DB } from "../src/db/schema.gen.ts";
import { named, templateId, withPublicTemplate } from "./ratings.ts";
import { workflow } from "./templates.ts";

const member = (tenantId: string) =>
  ({ tenantId, subject: "somebody", role: "member", correlationId: "request" }) as const;

/** A rated template, and what a tenant may do with the tables when the service asks for anything at all. */
const withRating = async () => {
  const made = await withPublicTemplate();
  await unwrap(made.bob.rateTemplate({ ...named, body: { rating: 5 } }));
  const { db } = made.world.deps;
  const as = <T>(tenantId: string, work: (trx: TenantTransaction<DB>) => Promise<T>) =>
    inTenant(db, member(tenantId), work);
  const count = async (
    scope: TenantScope,
    table: "template_ratings" | "template_rating_totals" | "version_rating_totals",
  ) => (await readInTenant(db, scope, (query) => query.selectFrom(table).selectAll())).length;
  const seen = async (tenantId: string) => [
    await count(member(tenantId), "template_ratings"),
    await count(member(tenantId), "template_rating_totals"),
    await count(member(tenantId), "version_rating_totals"),
  ];
  return { ...made, as, seen };
};

describe("the tables of ratings", () => {
  it("show what is private to nobody but the template's tenant, and ratings to the rater's", async () => {
    const { author, seen } = await withRating();
    for (const tenant of ["acme", "globex", "initech", ""]) expect(await seen(tenant)).toEqual([1, 1, 1]);
    await unwrap(author.publishTemplate({ body: workflow(), visibility: "private" }));
    expect(await seen("acme")).toEqual([1, 1, 1]);
    expect(await seen("globex")).toEqual([1, 0, 0]);
    expect(await seen("initech")).toEqual([0, 0, 0]);
  });

  it("take ratings in one's own name only, and no totals", async () => {
    const { as } = await withRating();
    const forged = as("initech", (trx) =>
      trx
        .insertInto("template_ratings")
        .values({
          tenant_id: "umbrella",
          subject: "somebody",
          template_tenant: "acme",
          template_id: templateId,
          id: "7d3c1c52-5a3e-4a55-9a57-0d7c6a1d2e11",
          version: "1.0.0",
          rating: 1,
          created_at: new Date(),
          updated_at: new Date(),
        })
        .execute(),
    );
    await expect(forged).rejects.toMatchObject({ code: "42501" });
    const others = await as("initech", (trx) => trx.deleteFrom("template_ratings").executeTakeFirstOrThrow());
    expect(others.numDeletedRows).toBe(0n);
    for (const table of ["template_rating_totals", "version_rating_totals"]) {
      const written = as("acme", (trx) => sql`DELETE FROM ${sql.table(table)}`.execute(trx));
      await expect(written).rejects.toThrow("permission denied");
    }
  });

  it("let others tell the feed of a template's ratings only, of one that they see, and no louder than it is", async () => {
    const { author, as } = await withRating();
    const event = { type: "template.rated", resourceType: "template", resourceId: templateId, owner: "acme" } as const;
    const tell = (change: Partial<Parameters<typeof recordEvent>[3]> = {}) =>
      as("initech", (trx) =>
        recordEvent(trx, member("initech"), new Date(), { ...event, visibility: "public", ...change }),
      );
    await expect(tell()).resolves.toMatch(/-/);
    await expect(tell({ type: "template.version_published" })).rejects.toMatchObject({ code: "42501" });
    await expect(tell({ resourceType: "agent" })).rejects.toMatchObject({ code: "42501" });
    await expect(tell({ resourceId: "another" })).rejects.toMatchObject({ code: "42501" });
    await unwrap(author.publishTemplate({ body: workflow(), visibility: "private" }));
    await expect(tell({ visibility: "private" })).rejects.toMatchObject({ code: "42501" });
  });
});
