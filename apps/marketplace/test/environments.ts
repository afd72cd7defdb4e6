import { unwrap } from "@nofx/client";
import { breakable, planned, publishAgent } from "./agents.ts";
import { type MarketplaceClient, marketplace, type Person, type TestMarketplace } from "./marketplace.ts";
import type { TemplateBody } from "./templates.ts";

export const templateId = "release-notes";
export const secret = "hunter2-correct-horse";

/** Variables of the template of `withEnvironments`. */
const variables = {
  since: { type: "string", required: true },
  site: { type: "string", default: "https://example.org" },
  limits: { type: "object" },
  password: { type: "secret" },
};

export const environments = {
  base: { variables: { limits: { cpu: 1, memory: 2 } }, resources: { queue: "slow" } },
  staging: { extends: "base", agents: { collector: "^1.0.0" } },
  production: { extends: "base", variables: { limits: { cpu: 4 } }, agents: { collector: "<1.1" } },
};

export type KeptBody = Parameters<MarketplaceClient["putTemplateEnvironment"]>[0]["body"];

/** What the tests of environments begin with. */
export interface EnvironmentsWorld {
  readonly world: TestMarketplace;
  readonly acme: Person;
  readonly alice: MarketplaceClient;
  /** Of another tenant, for whom acme's template is somebody's public one. */
  readonly bob: MarketplaceClient;
  /** `isDown`: the registry does not answer. */
  readonly state: { isDown: boolean };
  /** Happens while agents are looked up the next time. */
  meanwhile(work: () => Promise<unknown>): void;
  publish(version: string, content?: object, overrides?: Partial<TemplateBody>): Promise<void>;
}

/** A public template with environments, and public agents: collector 1.0.0 and 1.1.0, editor 2.0.0. */
export const withEnvironments = async (): Promise<EnvironmentsWorld> => {
  const { state, fetchRegistry } = breakable();
  let pending: (() => Promise<unknown>) | undefined;
  const interrupted =
    (registry: typeof fetch): typeof fetch =>
    async (input, init) => {
      if (String(input).includes("/candidates")) {
        const work = pending;
        pending = undefined;
        await work?.();
      }
      return await fetchRegistry(registry)(input, init);
    };
  const world = await marketplace({}, { fetchRegistry: interrupted });
  const meanwhile = (work: () => Promise<unknown>): void => {
    pending = work;
  };
  const acme = await world.person("admin", "acme");
  const alice = world.as(acme);
  const bob = world.as(await world.person("publisher", "globex"));
  for (const [agent, version] of [
    ["collector", "1.0.0"],
    ["collector", "1.1.0"],
    ["editor", "2.0.0"],
  ] as const)
    await publishAgent(world, acme, agent, version, { visibility: "public" });
  const publish = async (version: string, content: object = {}, overrides: Partial<TemplateBody> = {}) => {
    const body = planned({ variables, environments, ...content }, { version, ...overrides });
    await unwrap(alice.publishTemplate({ body, visibility: "public" }));
  };
  await publish("1.0.0");
  return { world, acme, alice, bob, state, meanwhile, publish };
};

/** Keeps an environment of acme's template for whoever asks. */
export const keep = async (client: MarketplaceClient, name: string, body: KeptBody) =>
  await unwrap(client.putTemplateEnvironment({ templateId, tenant: "acme", name, body }));

/** What is kept, as the database has it. */
export const keptRows = async ({ database }: TestMarketplace) =>
  await database.query("SELECT * FROM marketplace.template_environments ORDER BY tenant_id, on_tenant, name");

/** Audit entries of what happened to environments. */
export const environmentEvents = async ({ database }: TestMarketplace) =>
  await database.query<{ tenant_id: string; action: string; resource_id: string; version: string; details: object }>(
    "SELECT tenant_id, action, resource_id, version, details FROM marketplace.audit_log WHERE action LIKE 'template.environment%' ORDER BY id",
  );
