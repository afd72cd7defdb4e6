import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { type ListQuery, walk } from "./lists.ts";
import { type RegistryClient, registry } from "./registry.ts";

const names = ["delta", "Alpha", "éclair", "charlie", "Bravo", "alpha"];

/** The agents of both tenants in the order of each sort, by their place in `names`. */
const orders = {
  updated: [5, 4, 3, 2, 0, 1],
  published: [5, 4, 3, 2, 1, 0],
  name: [1, 5, 4, 3, 0, 2],
} as const satisfies Partial<Record<NonNullable<ListQuery["sort"]>, readonly number[]>>;

const filters: readonly ListQuery[] = [{}, { tag: "t" }, { tag: "t", status: "active" }, { search: "t" }];

/** Two tenants with the same agents: published at seconds 0 to 5, made public one second after the other from 101 on. */
const build = async () => {
  let second = 0;
  const world = await registry({}, { now: () => new Date(Date.UTC(2026, 0, 1, 0, 0, second)) });
  const acme = world.as(await world.given.publisher("acme"));
  const globex = world.as(await world.given.publisher("globex"));
  const publish = async (client: RegistryClient, tenant: string, index: number, visibility: "private" | "public") => {
    const body = world.given.manifest({ agentId: `${tenant}-${index}`, name: names[index] ?? "", tags: ["t"] });
    await unwrap(client.publishAgent({ body, visibility }));
  };
  for (const index of names.keys()) {
    second = index;
    await publish(acme, "acme", index, "private");
    await publish(globex, "globex", index, "private");
  }
  second = 100;
  for (const index of [1, 0, 2, 3, 4, 5]) {
    second += 1;
    await publish(acme, "acme", index, "public");
    await publish(globex, "globex", index, "public");
  }
  return { acme, anonymous: world.anonymous };
};

const inOrder = (tenant: string, sort: keyof typeof orders): string[] =>
  orders[sort].map((index) => `${tenant}/${tenant}-${index}`);

describe("the order of a list", () => {
  it.each(["updated", "published", "name"] as const)("is by %s, own agents first, from every cursor", async (sort) => {
    const { acme, anonymous } = await build();
    for (const filter of filters) {
      for (const limit of [1, 4, 100]) {
        const query = { ...filter, sort };
        const expected = [...inOrder("acme", sort), ...inOrder("globex", sort)];
        expect({ query, found: await walk(acme, query, limit) }).toEqual({ query, found: expected });
      }
      const globex = await walk(anonymous, { ...filter, sort, tenant: "globex" }, 2);
      expect({ filter, globex }).toEqual({ filter, globex: inOrder("globex", sort) });
    }
  });

  it("holds among those that were updated since", async () => {
    const { acme } = await build();
    const updatedSince = new Date(Date.UTC(2026, 0, 1, 0, 1, 44)).toISOString();
    const since = { updatedSince, tenant: "acme" };
    for (const filter of filters) {
      for (const sort of ["updated", "published"] as const) {
        const found = await walk(acme, { ...since, ...filter, sort }, 2);
        expect({ filter, found }).toEqual({ filter, found: ["acme/acme-5", "acme/acme-4", "acme/acme-3"] });
      }
      const byName = await walk(acme, { ...since, ...filter, sort: "name" }, 1);
      expect({ filter, byName }).toEqual({ filter, byName: ["acme/acme-5", "acme/acme-4", "acme/acme-3"] });
    }
  });
});
