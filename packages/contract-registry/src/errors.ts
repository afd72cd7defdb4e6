import { defineErrors, operationFactory } from "@nofx/contract-kit";

/** Error codes of the agent registry, beyond the core ones. */
export const registryErrors = defineErrors({
  agent_not_found: {
    status: 404,
    title: "No such agent",
    description:
      "The agent does not exist in that tenant, or is not visible to you. Another tenant's public agent is addressed with `?tenant=`.",
  },
  version_not_found: {
    status: 404,
    title: "No such version",
    description: "The agent exists, but this version of it does not.",
  },
  file_not_found: {
    status: 404,
    title: "No such file",
    description: "The version exists, but has no file at this path.",
  },
  manifest_invalid: {
    status: 422,
    title: "The manifest is not valid",
    description: "The manifest breaks the rules that `errors` lists, all at once, each with its path.",
  },
  version_conflict: {
    status: 409,
    title: "The version is already published with other content",
    description:
      "Published versions are immutable. `difference` lists what differs; publish the change under a new version.",
  },
  version_bump_too_small: {
    status: 422,
    title: "The version number says less than what has changed",
    description:
      "The differences to the `previous` version demand a higher version number; `reasons` lists those that do. Publish as `least` or higher, or undo them. docs/semver.md has the rules.",
  },
  document_invalid: {
    status: 422,
    title: "The document cannot be imported",
    description:
      "The document is not JSON, or not of the format that was named; `errors` lists every problem with its path, line and column.",
  },
  not_exportable: {
    status: 422,
    title: "The version cannot be written in this format",
    description: "The format requires something that the version does not have; `detail` says what to publish.",
  },
  server_not_found: {
    status: 404,
    title: "No such MCP server",
    description: "No public agent is an MCP server of this name. Encode the slash in the name as %2F.",
  },
  rollback_refused: {
    status: 409,
    title: "The agent cannot be rolled back to that version",
    description: "`detail` says why: the version is archived, a draft, or the current one already.",
  },
  draft_needs_release: {
    status: 409,
    title: "The first version of an agent cannot be a draft",
    description:
      "An agent shows its current version, and a draft cannot be that. Publish a first version without `draft`, a pre-release if need be.",
  },
  status_transition_refused: {
    status: 409,
    title: "The status cannot change that way",
    description: "`detail` names the statuses that can follow the present one.",
  },
  version_in_use: {
    status: 409,
    title: "The version is in use",
    description:
      "`detail` says by what. Roll back from the current version, move or delete the channels, or name another successor first.",
  },
  successor_refused: {
    status: 422,
    title: "The successor cannot be used",
    description:
      "`detail` says why: it does not exist or is not visible to you, is out of use itself, or leads back to what it should replace.",
  },
  channel_not_found: {
    status: 404,
    title: "No such channel",
    description: "The agent exists, but has no channel of this name; getAgent lists its channels.",
  },
  channel_target_refused: {
    status: 409,
    title: "The channel cannot point at that version",
    description: "The version is a draft or archived; make it active first with setVersionStatus.",
  },
  channel_limit_reached: {
    status: 409,
    title: "The agent has too many channels",
    description: "An agent may have 50 channels; delete one that is no longer needed.",
  },
  range_unsatisfied: {
    status: 404,
    title: "No version satisfies the range",
    description:
      "`available` lists the highest versions that can be had, `skipped` those in the range that cannot, each with the reason.",
  },
  webhook_not_found: {
    status: 404,
    title: "No such webhook",
    description: "Your tenant has no webhook with that id.",
  },
  delivery_not_found: {
    status: 404,
    title: "No such delivery",
    description: "The webhook has no delivery with that id; deliveries are kept for 30 days.",
  },
  webhook_target_refused: {
    status: 422,
    title: "The URL cannot be called",
    description:
      "Webhooks go to https URLs on the public network, port 443 or from 1024 up, without user name and password. `detail` says what is wrong.",
  },
  webhook_limit_reached: {
    status: 409,
    title: "The tenant has as many webhooks as it may",
    description: "A tenant may have 20 webhooks. Delete one, or let one serve more types.",
  },
  webhook_inactive: {
    status: 409,
    title: "The webhook is not active",
    description: "Nothing is sent to an inactive webhook: make it active first.",
  },
  webhooks_not_configured: {
    status: 409,
    title: "This registry sends no webhooks",
    description: "Secrets are derived from WEBHOOK_KEY, which the operator has not set.",
  },
  token_not_found: {
    status: 404,
    title: "No such token",
    description: "The tenant has no token with that id.",
  },
  scope_exceeded: {
    status: 422,
    title: "The new token would be allowed more than yours",
    description:
      "Only scopes, agents and templates that your own token has can be given to a token or a trusted publisher.",
  },
  issuer_not_allowed: {
    status: 422,
    title: "The issuer is not allowed here",
    description: "The registry trusts only the workload issuers that its operator has configured; `detail` lists them.",
  },
  claims_refused: {
    status: 422,
    title: "The claims do not identify a workload",
    description: "The claims would trust strangers, or could never match; `errors` says which, and what to write.",
  },
  trusted_publisher_not_found: {
    status: 404,
    title: "No such trusted publisher",
    description: "The tenant has no trusted publisher with that id.",
  },
  workload_token_invalid: {
    status: 401,
    title: "The identity token is not good",
    description:
      "`detail` says why: its issuer, audience, time or signature. Ask the CI system for a new one with the right audience.",
  },
  workload_not_trusted: {
    status: 403,
    title: "No trusted publisher matches",
    description:
      "The identity token is good, but the tenant has no trusted publisher for it. Compare the token's `claims`, which this problem shows, with the publisher's.",
  },
  workload_token_used: {
    status: 409,
    title: "The identity token was exchanged before",
    description: "An identity token can be exchanged once for each tenant. Ask the CI system for a new one.",
  },
  tenant_exists: {
    status: 409,
    title: "The tenant exists already",
    description: "Tenant ids are unique; choose another one.",
  },
  tenant_not_found: {
    status: 404,
    title: "No such tenant",
    description: "Create the tenant first with POST /api/tenants.",
  },
});

/** `defineOperation` of the registry: its `errors` are codes of `registryErrors`. */
export const defineOperation = operationFactory(registryErrors);
