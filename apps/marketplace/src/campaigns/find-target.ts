import type { RequestContext } from "@nofx/service-kit";
import { isStable, precedenceKey } from "@nofx/versioning";
import type { VersionsLookup } from "../plans/look-up-versions.ts";
import { problem } from "../problem.ts";
import type { AgentName } from "./holder.store.ts";
import { agentOf } from "./upgrade.rules.ts";

/** The agent that a request means: its tenant's own, unless it says otherwise. */
export const agentNamed = (
  ctx: RequestContext,
  { agentId, tenant }: { readonly agentId: string; readonly tenant?: string | undefined },
): AgentName => ({ tenant: tenant ?? ctx.tenantId, agentId });

/** The version to upgrade to: the one that is named, else the latest release. @throws upgrade_target_unknown, dependency_unavailable */
export const findTarget = async (
  lookup: VersionsLookup,
  agent: AgentName,
  named: string | undefined,
): Promise<string> => {
  const name = `${agent.tenant}/${agent.agentId}`;
  const resource = agentOf(agent);
  await lookup.fetch([resource]);
  const versions = lookup.known(resource);
  if (!Array.isArray(versions))
    throw problem("upgrade_target_unknown", { detail: `There is no agent ${name} for you.` });
  if (named !== undefined) {
    if (versions.some(({ version }) => version === named)) return named;
    throw problem("upgrade_target_unknown", { detail: `${name} has no version ${named} that is in use.` });
  }
  const releases = versions.filter(({ version, status }) => status === "active" && isStable(version));
  const keyed = releases.map(({ version }) => ({ version, key: precedenceKey(version) }));
  const latest = keyed.reduce<(typeof keyed)[number] | undefined>(
    (highest, one) => (highest && highest.key > one.key ? highest : one),
    undefined,
  );
  if (latest) return latest.version;
  throw problem("upgrade_target_unknown", { detail: `${name} has no release; name a version in \`to\`.` });
};
