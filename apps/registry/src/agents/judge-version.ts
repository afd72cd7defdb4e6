import type { AgentVersionDocument, Finding, VersionChange } from "@nofx/contract-registry";
import type { TenantTransaction } from "@nofx/db-kit";
import { classify } from "@nofx/manifest";
import { judgeSemver, leastAbove, semverWarning, tooSmall } from "@nofx/versioning";
import type { DB } from "../db/schema.gen.ts";
import { problem } from "../problem.ts";
import { findVersion, highestRelease, type Standing } from "./version.store.ts";

/** What is said of a version number that may be published. */
export interface JudgedVersion {
  readonly change?: VersionChange;
  readonly warnings: readonly Finding[];
}

/** Between two published versions there may be no room for what has changed: then it goes above all of them. */
const leastFree = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  document: AgentVersionDocument,
  least: string,
): Promise<string> => {
  if (!(await findVersion(trx, tenant, document.agentId, least))) return least;
  const highest = await highestRelease(trx, tenant, document.agentId);
  return highest ? leastAbove(classify, highest, document) : least;
};

/**
 * Holds a new version's number against what has changed since the release below it, as the tenant's policy wants it.
 * @throws version_bump_too_small
 */
export const judgeVersion = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  { below, settings: { semverPolicy } }: Standing,
  document: AgentVersionDocument,
): Promise<JudgedVersion> => {
  if (semverPolicy === "off" || !below) return { warnings: [] };
  const verdict = judgeSemver(classify, below, document);
  const change = { previous: verdict.previous, required: verdict.required, declared: verdict.declared };
  if (verdict.enough) return { change, warnings: [] };
  const least = await leastFree(trx, tenant, document, verdict.least);
  const detail = tooSmall(document.version, verdict, least);
  if (semverPolicy === "warn") return { change, warnings: [semverWarning(detail, least)] };
  throw problem("version_bump_too_small", { detail, members: { ...change, least, reasons: verdict.reasons } });
};
