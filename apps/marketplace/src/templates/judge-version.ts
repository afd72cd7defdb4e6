import type { TenantTransaction } from "@nofx/db-kit";
import { classifyTemplates, inlinedPublication, type TemplatePublication } from "@nofx/template";
import { type JudgedNumber, judgeNumber } from "@nofx/versioning";
import type { DB } from "../db/schema.gen.ts";
import { problem } from "../problem.ts";
import type { TemplateAddress } from "./address.ts";
import { findVersion, highestRelease, inlined, standingBelow } from "./version.store.ts";

export { inlinedPublication };

/**
 * Holds a new version's number against what has changed since the release below it, as the tenant's policy wants it.
 * @throws version_bump_too_small
 */
export const judgeVersion = async (
  trx: TenantTransaction<DB>,
  address: TemplateAddress,
  publication: TemplatePublication,
): Promise<JudgedNumber> => {
  const { below, settings } = await standingBelow(trx, address, publication.document.version);
  const verdict = await judgeNumber({
    policy: settings.semverPolicy,
    classify: classifyTemplates,
    below: below && (await inlined(trx, address, below)),
    published: inlinedPublication(publication),
    isTaken: async (version) => (await findVersion(trx, address, version)) !== undefined,
    highestRelease: async () => {
      const highest = await highestRelease(trx, address);
      return highest && (await inlined(trx, address, highest));
    },
  });
  if (verdict.outcome === "refused") throw problem("version_bump_too_small", verdict);
  return verdict;
};
