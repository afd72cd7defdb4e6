import type { Contract, OperationsOf } from "@nofx/contract-kit";
import * as agents from "./agents.ts";
import * as audit from "./audit.ts";
import * as catalogues from "./catalogues.ts";
import * as changes from "./changes.ts";
import * as channels from "./channels.ts";
import * as difference from "./difference.ts";
import { registryErrors } from "./errors.ts";
import * as identity from "./identity.ts";
import * as interchange from "./interchange.ts";
import * as lifecycle from "./lifecycle.ts";
import * as listing from "./list-agents.ts";
import * as records from "./records.ts";
import * as resolve from "./resolve.ts";
import * as settings from "./settings.ts";
import * as trusted from "./trusted-publishers.ts";
import * as usage from "./usage.ts";
import * as webhooks from "./webhooks.ts";

export {
  Bump,
  Difference,
  dryRunQuery,
  FieldChange,
  Finding,
  SemverPolicy,
  Settings,
  VersionChange,
  VersionStatus,
  Visibility,
} from "@nofx/contract-kit";
export {
  AgentDetail,
  AgentStatus,
  AgentSummary,
  AgentVersionSummary,
  ListedAgent,
  Loss,
  PublishResult,
} from "./agent.ts";
export * from "./agents.ts";
export * from "./audit.ts";
export * from "./catalogues.ts";
export * from "./changes.ts";
export * from "./channel.ts";
export * from "./channels.ts";
export * from "./difference.ts";
export { registryErrors } from "./errors.ts";
export * from "./identity.ts";
export * from "./impact.ts";
export * from "./interchange.ts";
export * from "./lifecycle.ts";
export * from "./list-agents.ts";
export * from "./manifest.ts";
export * from "./record.ts";
export * from "./records.ts";
export * from "./resolve.ts";
export * from "./settings.ts";
export * from "./trusted-publishers.ts";
export * from "./usage.ts";
export * from "./webhook.ts";
export * from "./webhooks.ts";

/** Every operation, by its id. */
export type RegistryOperations = OperationsOf<typeof agents> &
  OperationsOf<typeof listing> &
  OperationsOf<typeof lifecycle> &
  OperationsOf<typeof channels> &
  OperationsOf<typeof resolve> &
  OperationsOf<typeof difference> &
  OperationsOf<typeof usage> &
  OperationsOf<typeof records> &
  OperationsOf<typeof audit> &
  OperationsOf<typeof changes> &
  OperationsOf<typeof webhooks> &
  OperationsOf<typeof identity> &
  OperationsOf<typeof trusted> &
  OperationsOf<typeof settings> &
  OperationsOf<typeof interchange> &
  OperationsOf<typeof catalogues>;

const operations: RegistryOperations = {
  listAgents: listing.listAgents,
  getAgent: agents.getAgent,
  listAgentVersions: agents.listAgentVersions,
  getAgentVersion: agents.getAgentVersion,
  getAgentFile: agents.getAgentFile,
  publishAgent: agents.publishAgent,
  validateAgent: agents.validateAgent,
  rollbackAgent: agents.rollbackAgent,
  setAgentStatus: lifecycle.setAgentStatus,
  setVersionStatus: lifecycle.setVersionStatus,
  setChannel: channels.setChannel,
  deleteChannel: channels.deleteChannel,
  resolveAgent: resolve.resolveAgent,
  resolveAgents: resolve.resolveAgents,
  getAgentCandidates: resolve.getAgentCandidates,
  diffAgentVersions: difference.diffAgentVersions,
  getAgentUsage: usage.getAgentUsage,
  ...records,
  listAgentAudit: audit.listAgentAudit,
  listAudit: audit.listAudit,
  verifyAudit: audit.verifyAudit,
  exportAudit: audit.exportAudit,
  listChanges: changes.listChanges,
  renewFeedEpoch: changes.renewFeedEpoch,
  createWebhook: webhooks.createWebhook,
  listWebhooks: webhooks.listWebhooks,
  getWebhook: webhooks.getWebhook,
  updateWebhook: webhooks.updateWebhook,
  deleteWebhook: webhooks.deleteWebhook,
  rotateWebhookSecret: webhooks.rotateWebhookSecret,
  testWebhook: webhooks.testWebhook,
  listWebhookDeliveries: webhooks.listWebhookDeliveries,
  replayWebhookDelivery: webhooks.replayWebhookDelivery,
  replayWebhookDeliveries: webhooks.replayWebhookDeliveries,
  createToken: identity.createToken,
  listTokens: identity.listTokens,
  revokeToken: identity.revokeToken,
  introspectToken: identity.introspectToken,
  getWhoami: identity.getWhoami,
  exchangeToken: trusted.exchangeToken,
  createTrustedPublisher: trusted.createTrustedPublisher,
  listTrustedPublishers: trusted.listTrustedPublishers,
  deleteTrustedPublisher: trusted.deleteTrustedPublisher,
  createTenant: identity.createTenant,
  listTenants: identity.listTenants,
  getSettings: settings.getSettings,
  updateSettings: settings.updateSettings,
  importAgent: interchange.importAgent,
  exportAgent: interchange.exportAgent,
  getAgentCard: catalogues.getAgentCard,
  getArdManifest: catalogues.getArdManifest,
  getAiCatalog: catalogues.getAiCatalog,
  listMcpServers: catalogues.listMcpServers,
  listMcpServerVersions: catalogues.listMcpServerVersions,
  getMcpServerVersion: catalogues.getMcpServerVersion,
};

/** The agent registry's whole contract: Track A. */
export const registryContract = {
  name: "registry",
  title: "NOFX agent registry",
  description: "Publish agents as immutable versions, find out what changed, and undo a bad release in one call.",
  version: "1.0.0",
  errors: registryErrors,
  tags: {
    Agents: "Publish immutable versions, read them, and go back to an earlier one.",
    Lifecycle: "Deprecate and disable agents; draft, deprecate and archive versions.",
    Channels: "Named pointers to versions, such as `beta`.",
    Resolve: "Which version to run: the highest of a range, a channel's, or the current one.",
    Usage: "What agents did in runs of templates.",
    Records: "Everything that is known of agents, for services that keep a copy.",
    Audit: "Who did what, and why.",
    Changes: "Every state change, in the order in which it took effect.",
    Webhooks: "Have changes sent to an address of yours, signed.",
    Tokens: "API tokens: issue, list, revoke, introspect.",
    "Trusted publishing": "Publish from CI without a stored secret: short-lived tokens for workloads that you trust.",
    Interchange: "Import from and export to A2A, MCP and OASF, with a list of what was lost.",
    Catalogues: "The public agents as other ecosystems read them.",
    Settings: "What a tenant decides for all its agents.",
    Tenants: "Who owns agents and tokens.",
  },
  operations,
} as const satisfies Contract;
