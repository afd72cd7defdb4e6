import type { Operation } from "@nofx/contract-kit";
import { registryContract } from "@nofx/contract-registry";
import { manifest } from "@nofx/testkit";
import type { RegistryClient } from "./registry.ts";

/** A resource of a tenant, to be addressed by every operation that can. */
export interface Target {
  readonly tenant: string;
  readonly agentId: string;
  readonly version: string;
  readonly path: string;
  readonly tokenId: string;
  readonly publisherId: string;
  readonly webhookId: string;
  readonly deliveryId: string;
}

const serverJson = JSON.stringify({ name: "com.example/intruder", description: "Intrudes.", version: "1.0.0" });

/** Bodies that would be accepted, by operation. An operation with a body and without an entry here fails the tests. */
const bodies = (target: Target): Record<string, unknown> => ({
  publishAgent: manifest({ agentId: target.agentId, version: target.version, name: "Intruder" }),
  validateAgent: manifest(),
  rollbackAgent: { targetVersion: target.version, reason: "testing" },
  setAgentStatus: { status: "disabled", reason: "testing" },
  setVersionStatus: { status: "deprecated", reason: "testing" },
  setChannel: { version: target.version },
  resolveAgents: { agents: [{ agentId: target.agentId, tenant: target.tenant }] },
  getAgentCandidates: { agents: [{ agentId: target.agentId, tenant: target.tenant }] },
  getAgentRecords: { keys: [{ tenant: target.tenant, agentId: target.agentId }] },
  createToken: { name: "x", scopes: ["agents:read"], tenant: target.tenant },
  introspectToken: { token: "x" },
  exchangeToken: {
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token: "x.y.z",
    tenant: target.tenant,
  },
  createTrustedPublisher: {
    name: "x",
    issuer: "https://token.actions.githubusercontent.com",
    claims: { repository: "acme/agents", repository_id: "74", environment: "release" },
    agents: [target.agentId],
    tenant: target.tenant,
  },
  renewFeedEpoch: { reason: "testing" },
  createWebhook: { url: "http://127.0.0.1:9/hook", description: "x" },
  updateWebhook: { url: "http://127.0.0.1:9/intruder" },
  replayWebhookDeliveries: { status: "dead" },
  createTenant: { id: target.tenant, name: "x" },
  updateSettings: { semverPolicy: "off" },
  importAgent: { format: "mcp", agentId: target.agentId, version: target.version, content: serverJson },
});

/** Valid arguments for any operation of the contract, made from its declaration. */
export const argumentsFor = (operation: Operation, target: Target): Record<string, unknown> => {
  const names = [...Object.keys(operation.params?.shape ?? {}), ...Object.keys(operation.query?.shape ?? {})];
  const serverName = `${target.tenant}/${target.agentId}`;
  const fixed = { channel: "beta", from: target.version, to: target.version, serverName, format: "a2a" };
  const values: Record<string, unknown> = { ...fixed, ...target };
  const given = Object.fromEntries(names.filter((name) => name in values).map((name) => [name, values[name]]));
  if (!operation.body) return given;
  const body = bodies(target)[operation.id];
  if (body === undefined) throw new Error(`Say in calls.ts what a good body of ${operation.id} is`);
  return { ...given, body };
};

/** Calls an operation by its declaration. */
export const callAny = (client: RegistryClient, operation: Operation, input: Record<string, unknown>) => {
  const call = client[operation.id as keyof RegistryClient] as (
    input: Record<string, unknown>,
  ) => Promise<{ ok: boolean; status: number; body?: unknown; problem?: { code: string; detail?: string } }>;
  return call(input);
};

/** Every operation of the contract. */
export const operations: readonly Operation[] = Object.values(registryContract.operations);
