import type { AgentVersionDocument } from "@nofx/contract-registry";
import type { TenantTransaction } from "@nofx/db-kit";
import { classify } from "@nofx/manifest";
import { type JudgedNumber, judgeNumber } from "@nofx/versioning";
import type { DB } from "../db/schema.gen.ts";
import { problem } from "../problem.ts";
import { findVersion, highestRelease, type Standing } from "./version.store.ts";

/**
 * Holds a new version's number against what has changed since the release below it, as the tenant's policy wants it.
 * @throws version_bump_too_small
 */
export const judgeVersion = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  { below, settings }: Standing,
  published: AgentVersionDocument,
): Promise<JudgedNumber> => {
  const { agentId } = published;
  const verdict = await judgeNumber({
    policy: settings.semverPolicy,
    classify,
    below,
    published,
    isTaken: async (version) => (await findVersion(trx, tenant, agentId, version)) !== undefined,
    highestRelease: () => highestRelease(trx, tenant, agentId),
  });
  if (verdict.outcome === "refused") throw problem("version_bump_too_small", verdict);
  return verdict;
};
