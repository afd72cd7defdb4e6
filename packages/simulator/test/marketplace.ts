import { type Client, unwrap } from "@nofx/client";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { registryContract } from "@nofx/contract-registry";
import { buildApp, createDeps, marketplaceTrack, readEnv } from "@nofx/marketplace";
import * as registry from "@nofx/registry";
import { testService } from "@nofx/testkit/service";
import { expect } from "vitest";

const operatorToken = "operator-token-for-tests-0123456789abcdef";

export interface SimulatedWorld {
  /** Of administrators of the tenant `acme`. */
  readonly marketplace: Client<typeof marketplaceContract>;
  readonly registry: Client<typeof registryContract>;
  /** Waits until everything that was reported is counted. */
  counted(): Promise<void>;
}

const startRegistry = () =>
  testService({
    contract: registryContract,
    track: registry.registryTrack,
    createDeps: (databaseUrl, log) => {
      const env = { DATABASE_URL: databaseUrl, BOOTSTRAP_TOKEN: operatorToken, WRITES_PER_MINUTE_MAX: "0" };
      return registry.createDeps(registry.readEnv(env), { log });
    },
    buildApp: registry.buildApp,
  });

/** A marketplace beside a registry, both a test's own, with a clock that the test sets. */
export const simulatedWorld = async (now: () => Date = () => new Date()): Promise<SimulatedWorld> => {
  const agents = await startRegistry();
  const operator = agents.client(operatorToken);
  const tokenOf = async (tenant: string, role: "admin" | "viewer", kind: "member" | "service"): Promise<string> => {
    await unwrap(operator.createTenant({ body: { id: tenant, name: tenant } }));
    return (await unwrap(operator.createToken({ body: { name: role, tenant, role, kind } }))).secret;
  };
  const serviceToken = await tokenOf("services", "viewer", "service");
  const service = await testService({
    contract: marketplaceContract,
    track: marketplaceTrack,
    createDeps: (databaseUrl, log) => {
      const env = { REGISTRY_URL: "http://registry.test", REGISTRY_TOKEN: serviceToken, WRITES_PER_MINUTE_MAX: "0" };
      return createDeps(readEnv({ DATABASE_URL: databaseUrl, ...env }), { log, now, fetchRegistry: agents.fetch });
    },
    buildApp,
  });
  const token = await tokenOf("acme", "admin", "member");
  return {
    marketplace: service.client(token),
    registry: agents.client(token),
    counted: async () => {
      const waiting = () => service.database.query("SELECT FROM marketplace.usage_batches");
      await expect.poll(waiting, { timeout: 30_000, interval: 20 }).toEqual([]);
    },
  };
};

const agent = (agentId: string, version: string) => ({
  agentId,
  name: agentId,
  version,
  manifest: { entryPrompt: "prompts/system.md" },
  files: [{ path: "prompts/system.md", content: `Be ${agentId} ${version}.` }],
});

const workflow = (templateId: string, version: string) => ({
  templateId,
  name: templateId,
  version,
  description: `Version ${version}.`,
  content: {
    kind: "workflow" as const,
    environments: { development: {}, production: {} },
    versionFile: "steps.json",
  },
  files: [
    {
      path: "steps.json",
      content: JSON.stringify({
        steps: [
          { id: "collect", agentId: "collector" },
          { id: "write", agentId: "writer", dependsOn: ["collect"] },
        ],
      }),
    },
  ],
});

/** Publishes a workflow with three versions, one with one, a prompt, and the agents that they use. */
export const publishTemplates = async ({ registry, marketplace }: SimulatedWorld): Promise<void> => {
  for (const body of [agent("collector", "1.0.0"), agent("writer", "2.1.0")])
    await unwrap(registry.publishAgent({ body }));
  for (const [id, version] of [
    ["gate", "1.0.0"],
    ["gate", "1.0.1"],
    ["gate", "1.0.2"],
    ["train", "1.0.0"],
  ] as const) {
    await unwrap(marketplace.publishTemplate({ body: workflow(id, version) }));
  }
  const content = {
    kind: "prompt" as const,
    instructions: "Answer {{ what }}.",
    input: [{ type: "input_text" as const, text: "{{ what }}" }],
  };
  const prompt = { templateId: "coach", name: "Coach", version: "1.0.0", description: "Answers.", content };
  await unwrap(marketplace.publishTemplate({ body: prompt }));
};
