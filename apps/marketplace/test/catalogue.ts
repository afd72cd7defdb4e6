import type { TestDatabase } from "@nofx/testkit";
import fc from "fast-check";

/** A template as lists see it. */
export interface Entry {
  readonly tenant: string;
  readonly id: string;
  readonly name: string;
  readonly kind: "prompt" | "workflow";
  readonly status: "active" | "deprecated" | "disabled";
  readonly visibility: "private" | "public";
  readonly category: string | null;
  readonly author: string | null;
  readonly license: string | null;
  readonly tags: readonly string[];
  readonly agents: readonly string[];
  readonly environments: readonly string[];
  /** Where it is switched on, and where it was. */
  readonly deployed: readonly { readonly environment: string; readonly enabled: boolean }[];
  /** Minutes after the beginning of 2026; several may have the same. */
  readonly minute: number;
  /** Its ratings. */
  readonly stars: readonly number[];
}

/** Everything that lists are made from: templates, and each category's parent. */
export interface Catalogue {
  readonly entries: readonly Entry[];
  readonly parents: Readonly<Record<string, string | null>>;
}

export const tenants = ["acme", "globex", "initech"] as const;
export const words = ["red", "green", "blue", "greenhouse"] as const;
export const values = {
  category: ["c0", "c1", "c2", "c3", "c4", "unlisted"],
  author: ["ann", "it's \\ & | ! (bob):*", "团队"],
  license: ["MIT", "Apache-2.0 OR MIT"],
  tag: ["t1", "t2", "t3"],
  agent: ["a1", "acme/a2", "a'3"],
  environment: ["production", "staging", "eu:west"],
  status: ["active", "deprecated", "disabled"],
} as const;

const maybe = <T extends string>(from: readonly T[]) => fc.option(fc.constantFrom(...from), { nil: null });
const some = <T extends string>(from: readonly T[]): fc.Arbitrary<T[]> => fc.subarray([...from]);

const entry = (index: number): fc.Arbitrary<Entry> =>
  fc.record({
    tenant: fc.constantFrom(...tenants),
    id: fc.constant(`template-${index}`),
    name: fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 3 }).map((all) => all.join(" ")),
    kind: fc.constantFrom("prompt", "workflow"),
    status: fc.constantFrom("active", "active", "deprecated", "disabled"),
    visibility: fc.constantFrom("private", "public"),
    category: maybe(values.category),
    author: maybe(values.author),
    license: maybe(values.license),
    tags: some(values.tag),
    agents: some(values.agent),
    environments: some(values.environment),
    deployed: fc.uniqueArray(
      fc.record({ environment: fc.constantFrom(...values.environment, "lab"), enabled: fc.boolean() }),
      { selector: ({ environment }) => environment, maxLength: 3 },
    ),
    minute: fc.nat({ max: 9 }),
    stars: fc.oneof(fc.constant([]), fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 })),
  });

/** Of a category, only one that comes before it may be the parent: no cycles. */
const parents = fc
  .tuple(...[0, 1, 2, 3, 4].map((index) => fc.nat({ max: index })))
  .map((chosen) => Object.fromEntries(chosen.map((to, index) => [`c${index}`, to < index ? `c${to}` : null])));

export const catalogues: fc.Arbitrary<Catalogue> = fc.record({
  entries: fc.nat({ max: 30 }).chain((size) => fc.tuple(...Array.from({ length: size }, (_, index) => entry(index)))),
  parents,
});

/** Replaces what is in a database, behind the service's back. */
export const fillWith = async (database: TestDatabase, { entries, parents: tree }: Catalogue): Promise<void> => {
  await database.query("DELETE FROM marketplace.template_deployments");
  await database.query("DELETE FROM marketplace.template_rating_totals");
  await database.query("DELETE FROM marketplace.templates");
  await database.query("DELETE FROM marketplace.categories");
  await database.query(
    `INSERT INTO marketplace.categories (category_id, parent_id, name, updated_at)
     SELECT key, value, key, now() FROM json_each_text($1::json)`,
    [JSON.stringify(tree)],
  );
  await database.query(
    `INSERT INTO marketplace.templates (tenant_id, template_id, id, kind, name, status, visibility, category, owner,
       license, tags, agents, environments, current_version, owner_id, created_at, updated_at, published_at)
     SELECT e.tenant, e.id, gen_random_uuid(), e.kind, e.name, e.status, e.visibility, e.category, e.author, e.license,
       e.tags, e.agents, e.environments, '1.0.0', 'x', at, at, at
     FROM json_to_recordset($1::json) e (tenant text, id text, kind text, name text, status text, visibility text,
       category text, author text, license text, tags text[], agents text[], environments text[], minute int),
     LATERAL (SELECT '2026-01-01'::timestamptz + e.minute * interval '1 minute') t (at)`,
    [JSON.stringify(entries)],
  );
  const deployments = entries.flatMap(({ tenant, id, deployed }) => deployed.map((one) => ({ tenant, id, ...one })));
  await database.query(
    `INSERT INTO marketplace.template_deployments
     SELECT tenant, id, environment, 'slack', enabled, now(), 'x'
     FROM json_to_recordset($1::json) d (tenant text, id text, environment text, enabled boolean)`,
    [JSON.stringify(deployments)],
  );
  await database.query(
    `UPDATE marketplace.template_rating_totals t SET (one, two, three, four, five) = (
       SELECT count(*) FILTER (WHERE star = '1'), count(*) FILTER (WHERE star = '2'), count(*) FILTER (WHERE star = '3'),
              count(*) FILTER (WHERE star = '4'), count(*) FILTER (WHERE star = '5')
       FROM json_array_elements_text(e.stars) star)
     FROM json_to_recordset($1::json) e (tenant text, id text, stars json)
     WHERE t.tenant_id = e.tenant AND t.template_id = e.id`,
    [JSON.stringify(entries)],
  );
};
