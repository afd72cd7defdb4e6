import { unwrap } from "@nofx/client";
import { breakable, publishAgent } from "./agents.ts";
import { type MarketplaceClient, marketplace, type Person, type TestMarketplace } from "./marketplace.ts";
import type { TemplateBody } from "./templates.ts";

/** A template of one step, done by `collector`. */
export interface LockedTemplate {
  readonly templateId: string;
  /** Of the collector; default: none is declared. */
  readonly range?: string;
  readonly agents?: Readonly<Record<string, string>>;
  readonly content?: object;
  /** Whose locks are kept, beside the one for none in particular. */
  readonly environments?: readonly string[];
  readonly overrides?: Partial<TemplateBody>;
}

const bodyOf = ({ templateId, range, agents, content, overrides }: LockedTemplate): TemplateBody => ({
  templateId,
  name: templateId,
  version: "1.0.0",
  content: {
    kind: "workflow" as const,
    steps: [{ id: "do", agentId: "collector" }],
    dependencies: { agents: { ...(range !== undefined && { collector: range }), ...agents } },
    ...content,
  },
  ...overrides,
});

/** Publishes a template and keeps its locks. */
export const publishLocked = async (client: MarketplaceClient, template: LockedTemplate): Promise<void> => {
  const { templateId, environments = [] } = template;
  const { version } = await unwrap(client.publishTemplate({ body: bodyOf(template) }));
  for (const environment of [undefined, ...environments]) {
    const named = environment === undefined ? {} : { environment };
    await unwrap(client.lockTemplateVersion({ templateId, version: version.version, body: {}, ...named }));
  }
};

/** A tenant with an agent whose releases come one after the other. */
export interface CampaignWorld {
  readonly world: TestMarketplace;
  readonly acme: Person;
  readonly alice: MarketplaceClient;
  /** While it `isDown`, agents cannot be looked up; `onLookUp` comes before they are. */
  readonly registry: { isDown: boolean; onLookUp?: () => Promise<unknown> };
  release(...versions: string[]): Promise<void>;
}

/** Starts a marketplace in which `collector` 1.0.0 is there. */
export const campaignWorld = async (options: { readonly now?: () => Date } = {}): Promise<CampaignWorld> => {
  const { state, fetchRegistry: broken } = breakable();
  const registry: CampaignWorld["registry"] = state;
  const fetchRegistry =
    (fetching: typeof fetch): typeof fetch =>
    async (input, init) => {
      if (String(input).includes("/candidates")) await registry.onLookUp?.();
      return await broken(fetching)(input, init);
    };
  const world = await marketplace({}, { fetchRegistry, ...options });
  const acme = await world.person("admin", "acme");
  const release = async (...versions: string[]): Promise<void> => {
    for (const version of versions) await publishAgent(world, acme, "collector", version);
  };
  await release("1.0.0");
  return { world, acme, alice: world.as(acme), registry, release };
};

export type CampaignOrder = Parameters<MarketplaceClient["createUpgradeCampaign"]>[0]["body"];

/** Creates a campaign for the collector. */
export const campaignOf = async (client: MarketplaceClient, order: Partial<CampaignOrder> = {}) =>
  await unwrap(client.createUpgradeCampaign({ body: { agent: { agentId: "collector" }, ...order } }));

/** A campaign whose id no campaign has. */
export const noCampaign = "0199f3a2-7b1c-4d5e-8f00-3c2a1b4d5e6f";

/** Which version of the collector a template's current version is locked to. */
export const lockedOf = async (client: MarketplaceClient, templateId: string, environment?: string) => {
  const { template } = await unwrap(client.getTemplate({ templateId }));
  const version = template.currentVersion;
  const kept = await client.getTemplateVersionLock({ templateId, version, ...(environment && { environment }) });
  const locked = kept.ok ? kept.body.lock.agents["acme/collector"]?.version : kept.problem.code;
  return `${version}: ${locked}`;
};

/** The templates of a campaign, with their states and versions. */
export const statesOf = async (client: MarketplaceClient, campaignId: string) => {
  const { items } = await unwrap(client.listUpgradeCampaignItems({ campaignId, limit: 100 }));
  return Object.fromEntries(items.map(({ templateId, state }) => [templateId, state]));
};

/** What the audit log says of campaigns. */
export const campaignEvents = async ({ database }: TestMarketplace) =>
  (
    await database.query<{ action: string }>(
      "SELECT action FROM marketplace.audit_log WHERE resource_type = 'campaign' ORDER BY id",
    )
  ).map(({ action }) => action);
