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
  rollback_refused: {
    status: 409,
    title: "The agent cannot be rolled back to that version",
    description: "`detail` says why: the version is archived, a draft, or the current one already.",
  },
  changes_gone: {
    status: 410,
    title: "The feed cannot continue from there",
    description: "The cursor is older than the feed or from before a restore: read everything again from the start.",
  },
  token_not_found: {
    status: 404,
    title: "No such token",
    description: "The tenant has no token with that id.",
  },
  scope_exceeded: {
    status: 422,
    title: "The new token would be allowed more than yours",
    description: "A token can be given only scopes that the issuing token has itself.",
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
