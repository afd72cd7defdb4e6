import { join } from "node:path";
import { unwrap } from "@nofx/client";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { registryContract } from "@nofx/contract-registry";
import { clientOf } from "./client.ts";
import { type LocalEnv, root } from "./env.ts";
import { loadSamples, wantsSamples } from "./samples.ts";
import {
  type CategoryCounts,
  type Counts,
  shipAgents,
  shipCategories,
  shippedTemplateIds,
  shipTemplates,
  type TemplateCounts,
} from "./ship.ts";
import { saveSampleNote } from "./state.ts";
import type { Step } from "./step.ts";

/** What came of publishing what ships. */
export interface Shipped {
  readonly agents: Counts;
  readonly categories: CategoryCounts;
  readonly templates: TemplateCounts;
}

const told =
  (noun: string) =>
  ({ shipped, versions, created }: Counts) =>
    `${shipped} ${noun}, ${versions} versions, ${created} new`;

/** What ships with the control plane. */
const shared = join(root, "packages/shared");

/** Publishes what ships with the control plane; templates after the agents that they use and the categories they are in. */
export const ship = async (baseUrl: string, token: string, operatorToken: string, step: Step): Promise<Shipped> => {
  const registry = clientOf(registryContract, baseUrl, token);
  const marketplace = clientOf(marketplaceContract, baseUrl, token);
  const agents = await step("Shipped agents", () => shipAgents(registry, join(shared, "agents")), told("agents"));
  const operator = clientOf(marketplaceContract, baseUrl, operatorToken);
  const categories = await step(
    "Shipped categories",
    () => shipCategories({ reader: marketplace, operator }, join(shared, "templates/categories.json")),
    ({ shipped, created }) => `${shipped} categories, ${created} new`,
  );
  const templates = await step(
    "Shipped templates",
    async () => {
      // The builder's own first prompts come into a tenant that has none, and some of these are prompts.
      await unwrap(marketplace.listBuilderTemplates());
      return await shipTemplates(marketplace, join(shared, "templates"));
    },
    ({ tests: { passed, failed }, ...counts }) =>
      `${told("templates")(counts)}; tests: ${passed} passed, ${failed} failed`,
  );
  return { agents, categories, templates };
};

/** Brings made-up runs of what ships, once, so that there is something to see. */
export const bringSamples = async (env: LocalEnv, baseUrl: string, token: string, step: Step): Promise<void> => {
  const marketplace = clientOf(marketplaceContract, baseUrl, token);
  const now = new Date();
  if (!env.samples || !(await wantsSamples(marketplace, env.stateDirectory, now))) return;
  const templateIds = await shippedTemplateIds(join(shared, "templates"));
  const runs = await step(
    "Sample runs",
    () => loadSamples(marketplace, templateIds, now),
    (loaded) => `${loaded.toLocaleString("en")} of the last 7 days, marked as samples (remove: npm run samples:remove)`,
  );
  await saveSampleNote(env.stateDirectory, { loadedAt: now.toISOString(), runs });
};
