import type { TemplateManifest, TemplateVersionDocument } from "@nofx/contract-marketplace";
import type { TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import { inlinedPublication, requirementsOf, toTemplatePublication } from "@nofx/template";
import { leastFree } from "../bulk/update-document.ts";
import type { DB } from "../db/schema.gen.ts";
import type { KeptLock } from "../plans/lock.store.ts";
import { environmentNamed } from "../plans/planned-version.ts";
import { asManifest } from "../templates/as-manifest.rules.ts";
import type { TemplateStanding } from "./read-standing.ts";
import {
  admitsTarget,
  changedRanges,
  type RangeChange,
  type UpgradeOrder,
  type UpgradeTarget,
} from "./upgrade.rules.ts";

/** What an upgrade of a template would make, before it is known whether it can be made. */
export interface UpgradeDraft {
  readonly action: "relock" | "publish";
  /** Whose locks hold the target then. */
  readonly version: string;
  readonly digest: string;
  /** That version, as it is published. */
  readonly document: TemplateVersionDocument;
  /** The same with its steps inline. */
  readonly inline: TemplateVersionDocument;
  /** To be published; undefined: nothing is. */
  readonly manifest: TemplateManifest | undefined;
  readonly ranges: readonly RangeChange[];
  /** The locks that move, or go along with the new version. */
  readonly locks: readonly KeptLock[];
}

/** The version of the target's agent that a lock holds. */
export const heldIn = ({ stored }: KeptLock, { tenant, agentId }: UpgradeTarget): string | undefined =>
  stored.lock.agents[`${tenant}/${agentId}`]?.version;

/** The locks that hold the agent in a version that is to be upgraded. */
const concernedLocks = (locks: readonly KeptLock[], order: UpgradeOrder): KeptLock[] =>
  locks.filter((lock) => {
    const held = heldIn(lock, order);
    return held !== undefined && held !== order.to && order.concerns(held);
  });

const publishing = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  { current, inline, contents, locks }: TemplateStanding,
  order: UpgradeOrder,
): Promise<UpgradeDraft> => {
  const address = { tenant: ctx.tenantId, templateId: current.document.templateId };
  const version = { tenant: ctx.tenantId, document: inline };
  const { content, ranges } = changedRanges(version, current.document.content, order);
  const changed = asManifest({ ...current.document, content }, contents);
  const first = inlinedPublication(toTemplatePublication(changed));
  const manifest = { ...changed, version: await leastFree({ trx }, address, current.document, first) };
  const publication = toTemplatePublication(manifest);
  const { digest, document } = publication;
  const about = { version: manifest.version, digest, document, inline: inlinedPublication(publication) };
  return { action: "publish", ...about, manifest, ranges, locks };
};

/**
 * Drafts the upgrade of a template; undefined if none of its locks is concerned. Where the ranges of a lock that is concerned
 * do not admit the target, they are moved, all of them, in a new version, which takes all locks along.
 */
export const draftUpgrade = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  standing: TemplateStanding,
  order: UpgradeOrder,
): Promise<UpgradeDraft | undefined> => {
  const { current, inline } = standing;
  const concerned = concernedLocks(standing.locks, order);
  if (concerned.length === 0) return undefined;
  const version = { tenant: ctx.tenantId, document: inline };
  const stays = concerned.every(({ stored }) => {
    const environment = environmentNamed(inline, stored.environment, standing.kept);
    return admitsTarget(requirementsOf(version, environment), order);
  });
  if (!stays) return await publishing(trx, ctx, standing, order);
  const { document, digest } = current;
  const about = { version: current.version, digest, document, inline, manifest: undefined };
  return { action: "relock", ...about, ranges: [], locks: concerned };
};
