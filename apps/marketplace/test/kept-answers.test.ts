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
    let words = 0;
    world.deps.announced.add(() => {
      words += 1;
    });
    let published = 0;
    /** Publishes, and waits for the word from the feed: what is read then is kept. */
    const publish = async () => {
      const version = `1.${published}.0`;
      published += 1;
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
    /** Reads twice, with a change behind the back of the service in between; again if other words came meanwhile. */
    const readTwice = async (reader: MarketplaceClient) => {
      for (let attempt = 1; ; attempt += 1) {
        await publish();
        const heard = words;
        const before = await read(reader);
        await world.database.query("UPDATE marketplace.templates SET name = 'Behind the back', category = 'x'");
        await world.database.query("UPDATE marketplace.template_versions SET published_by = 'behind'");
        const again = await read(reader);
        if (words === heard || attempt === 5) return { before, again };
      }
    };
    const read = reads[name] ?? (() => Promise.reject(new Error(name)));
    const readers = [alice, world.anonymous, world.as(await world.person("viewer", "globex"))];
    for (const reader of readers) {
      const { before, again } = await readTwice(reader);
      expect(again).toEqual(before);
      await publish();
      const after = JSON.stringify(await read(reader));
      expect(after).not.toContain("Behind the back");
      expect(after === JSON.stringify(before)).toBe(name === "listCategories");
    }
    await world.operator.putCategory({ categoryId: "more", body: { name: "More" } });
    const { categories } = await unwrap(world.anonymous.listCategories());
    expect(categories).toMatchObject([{ id: "engineering", count: 1 }, { id: "more" }]);
  });
});
