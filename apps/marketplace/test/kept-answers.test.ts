import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { type MarketplaceClient, marketplace } from "./marketplace.ts";
import { workflow } from "./templates.ts";

const templateId = "release-notes";
const named = { templateId, tenant: "acme" };

const reads: Record<string, (client: MarketplaceClient) => Promise<unknown>> = {
  getTemplate: (client) => unwrap(client.getTemplate(named)),
  listTemplates: (client) => unwrap(client.listTemplates({ facets: "tag" })),
  listTemplateVersions: (client) => unwrap(client.listTemplateVersions(named)),
  listCategories: (client) => unwrap(client.listCategories()),
};

describe("answers that are kept", () => {
  it.each(Object.keys(reads))("%s: read once, and anew after each change, for everybody", async (name) => {
    const world = await marketplace();
    const alice = world.as(await world.person("publisher", "acme"));
    await world.operator.putCategory({ categoryId: "engineering", body: { name: "Engineering" } });
    /** Publishes, and waits for the word from the feed: what is read then is kept. */
    const publish = async (version: string) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      // Other words come, too, such as that the listener has connected.
      const told: Parameters<typeof world.deps.announced.add>[0] = (changes) => {
        if (changes?.some(({ tenantId }) => tenantId === "acme")) resolve();
      };
      world.deps.announced.add(told);
      await unwrap(alice.publishTemplate({ body: workflow({ version }), visibility: "public" }));
      await promise;
      world.deps.announced.delete(told);
    };
    await publish("1.0.0");
    const read = reads[name] ?? (() => Promise.reject(new Error(name)));
    const readers = [alice, world.anonymous, world.as(await world.person("viewer", "globex"))];
    for (const reader of readers) {
      const before = await read(reader);
      await world.database.query("UPDATE marketplace.templates SET name = 'Behind the back', category = 'x'");
      await world.database.query("UPDATE marketplace.template_versions SET published_by = 'behind'");
      expect(await read(reader)).toEqual(before);
      await publish(`1.${readers.indexOf(reader) + 1}.0`);
      const after = JSON.stringify(await read(reader));
      expect(after).not.toContain("Behind the back");
      expect(after === JSON.stringify(before)).toBe(name === "listCategories");
    }
    await world.operator.putCategory({ categoryId: "more", body: { name: "More" } });
    const { categories } = await unwrap(world.anonymous.listCategories());
    expect(categories).toMatchObject([{ id: "engineering", count: 1 }, { id: "more" }]);
  });
});
