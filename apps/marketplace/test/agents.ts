import { unwrap } from "@nofx/client";
import { manifest } from "@nofx/testkit";
import type { MarketplaceClient, Person, TestMarketplace } from "./marketplace.ts";
import { type TemplateBody, workflow } from "./templates.ts";

/** Publishes an agent in the registry beside the marketplace. */
export const publishAgent = async (
  world: TestMarketplace,
  person: Person,
  agentId: string,
  version: string,
  { agents = {}, visibility }: { agents?: Readonly<Record<string, string>>; visibility?: "public" } = {},
) => {
  const own = manifest({ agentId, version });
  const body = { ...own, manifest: { ...own.manifest, dependencies: { agents } } };
  return await unwrap(world.registryAs(person).publishAgent({ body, ...(visibility && { visibility }) }));
};

/** Comes between the marketplace and the registry: agents cannot be looked up while `isDown`. */
export const breakable = () => {
  const state = { isDown: false };
  const fetchRegistry =
    (registry: typeof fetch): typeof fetch =>
    (input, init) =>
      state.isDown && String(input).includes("/candidates")
        ? Promise.reject(new TypeError("fetch failed"))
        : registry(input, init);
  return { state, fetchRegistry };
};

/** What is moved on beside requests. */
const moving = new Set(["audit_chain", "audit_unsealed", "feed", "outbox", "changes"]);

/** Everything that requests have left in the marketplace's database. */
export const storedRows = async (world: TestMarketplace): Promise<string> => await rowsOf(world, moving);

const rowsOf = async ({ database }: TestMarketplace, without: ReadonlySet<string>): Promise<string> => {
  const tables = await database.query<{ name: string }>(
    // Without partitions, which are made beside requests: what is in them is in their table.
    `SELECT c.relname AS name FROM pg_class c
     WHERE c.relnamespace = 'marketplace'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1`,
  );
  const rows = [];
  for (const { name } of tables.filter((table) => !without.has(table.name)))
    rows.push(name, await database.query(`SELECT t::text FROM marketplace."${name}" t ORDER BY 1`));
  return JSON.stringify(rows);
};

/** A workflow whose two steps are done by `collector` and `editor`, with what the test says of its content. */
export const planned = (content: object = {}, overrides: Partial<TemplateBody> = {}): TemplateBody =>
  workflow({
    content: { ...workflow().content, ...content } as TemplateBody["content"],
    ...overrides,
  });

/** A template of one step. */
export const publishStep = async (
  client: MarketplaceClient,
  templateId: string,
  version: string,
  dependencies: { agents?: Record<string, string>; templates?: Record<string, string> } = {},
  visibility?: "public",
) => {
  const content = { kind: "workflow" as const, steps: [{ id: "do", agentId: "collector" }], dependencies };
  const body: TemplateBody = { templateId, name: templateId, version, content };
  return await unwrap(client.publishTemplate({ body, ...(visibility && { visibility }) }));
};

/** Dependencies on more agents, through others, than are looked at for one answer. */
export const tooManyAgents = async (world: TestMarketplace, person: Person): Promise<Record<string, string>> => {
  const hubs = Array.from({ length: 5 }, (_, hub) => `hub-${hub}`);
  for (const hub of hubs) {
    const agents = Object.fromEntries(Array.from({ length: 450 }, (_, leaf) => [`${hub}-${leaf}`, "*"]));
    await publishAgent(world, person, hub, "1.0.0", { agents });
  }
  return Object.fromEntries(hubs.map((hub) => [hub, "*"]));
};
