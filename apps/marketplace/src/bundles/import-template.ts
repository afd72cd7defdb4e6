import { setImmediate as nextTurn } from "node:timers/promises";
import type { ProblemItem } from "@nofx/contract-kit";
import type { ImportedVersion } from "@nofx/contract-marketplace";
import { lockUntilEnd } from "@nofx/db-kit";
import { kindOf } from "@nofx/template";
import { precedenceKey } from "@nofx/versioning";
import type { TemplateAddress } from "../templates/address.ts";
import { mayChange } from "../templates/may-change.ts";
import { templateLock, timeAfter } from "../templates/template.rules.ts";
import type { Template } from "../templates/template.store.ts";
import { findLocked } from "../templates/version.store.ts";
import { addCreated, type ImportJob, type Place, type Published, type ValidVersion } from "./add-versions.ts";
import { importLocks } from "./import-locks.ts";
import { findPublished } from "./imported-template.store.ts";
import { type JudgedVersion, judgeVersion } from "./judge-version.ts";
import { successorWarning } from "./kept-successors.rules.ts";
import type { ReadTemplate } from "./read-template-bundle.ts";
import type { Succession } from "./settle-successions.ts";

interface Imported {
  readonly items: ImportedVersion[];
  /** What is to be used instead of a template that is new, once all templates of the bundle are there. */
  readonly succession?: Succession;
  readonly changeId?: string;
}

type Outcome = Pick<ImportedVersion, "outcome" | "errors">;

const because = (outcome: Outcome["outcome"], code: string, message: string): Outcome => ({
  outcome,
  errors: [{ path: "$", message, code } satisfies ProblemItem],
});

/** One version in each turn of the event loop: others must not wait for a whole catalogue. */
const judgeAll = async (tenant: string, { versions }: ReadTemplate): Promise<JudgedVersion[]> => {
  const judged: JudgedVersion[] = [];
  for (const version of versions) {
    judged.push(await judgeVersion(tenant, version));
    await nextTurn();
  }
  return judged;
};

/** The item with what was left out of the version. */
const withObstacle = (item: ImportedVersion, obstacle: string | undefined): ImportedVersion =>
  obstacle === undefined ? item : { ...item, warnings: [successorWarning(obstacle)] };

/** What becomes of a version, before anything is written. */
const outcomeOf = (kind: string, published: Published, version: JudgedVersion): Outcome => {
  if ("errors" in version) return { outcome: "invalid", errors: [...version.errors] };
  const own = kindOf(version.publication.document.content);
  if (own !== kind) return because("conflict", "kind_conflict", `The template is a ${kind}, and this is a ${own}`);
  const existing = published.get(precedenceKey(version.facts.version));
  if (!existing) return { outcome: "created" };
  if (existing.digest === version.digest) return { outcome: "unchanged" };
  const message = `${existing.version} is published with other content (${existing.digest})`;
  return because("conflict", "version_conflict", message);
};

/** A template cannot begin without its current version: then none of the others can come either. */
const unstartable = (version: JudgedVersion, currentVersion: string): Outcome =>
  "errors" in version
    ? { outcome: "invalid", errors: [...version.errors] }
    : because("invalid", "current_invalid", `The template cannot begin: ${currentVersion} is not valid`);

const successionOf = (
  address: TemplateAddress,
  { template: { successor } }: ReadTemplate,
): Pick<Imported, "succession"> => {
  if (!successor) return {};
  const { tenant = address.tenant, templateId } = successor;
  return { succession: { address, successor: { tenant, templateId } } };
};

/** Keeps the locks of the versions that are there now, as the bundle has them. */
const addLocks = async (
  { trx, ctx }: ImportJob,
  { address, at }: Place,
  template: Template,
  { items, judged }: { readonly items: readonly ImportedVersion[]; readonly judged: readonly JudgedVersion[] },
): Promise<Pick<Imported, "items" | "changeId">> => {
  const told: ImportedVersion[] = [];
  let last: string | undefined;
  for (const [index, item] of items.entries()) {
    const version = judged[index];
    const isThere = item.outcome === "created" || item.outcome === "unchanged";
    const own = isThere && version && "locks" in version ? version.locks : [];
    const to = { template, address: { ...address, version: item.version }, at };
    const { locks, changeId } = await importLocks(trx, ctx, to, own);
    last = changeId ?? last;
    told.push(locks.length === 0 ? item : { ...item, locks });
  }
  return { items: told, ...(last !== undefined && { changeId: last }) };
};

/** Imports what can be imported of a template, under its lock, and explains the rest. */
export const importTemplate = async (job: ImportJob, read: ReadTemplate): Promise<Imported> => {
  const { trx, ctx, now } = job;
  const { templateId, currentVersion } = read.template;
  const address = { tenant: ctx.tenantId, templateId };
  mayChange(ctx, address);
  await lockUntilEnd(trx, templateLock(ctx.tenantId, templateId));
  const before = await findLocked(trx, address);
  const published: Published = before ? await findPublished(trx, address) : new Map();
  const judged = await judgeAll(ctx.tenantId, read);
  const first = judged.find((one): one is ValidVersion => one.facts.version === currentVersion && "publication" in one);
  const kind = before?.summary.kind ?? (first && kindOf(first.publication.document.content));
  const outcomes = judged.map((one) =>
    kind === undefined ? unstartable(one, currentVersion) : outcomeOf(kind, published, one),
  );
  const items = judged.map(({ facts: { version }, digest }, index) => ({
    ...{ templateId, version, digest },
    ...(outcomes[index] as Outcome),
  }));
  const created = judged.filter((one, index): one is ValidVersion => outcomes[index]?.outcome === "created");
  const place = { address, at: timeAfter(now, before?.summary.updatedAt) };
  const added = created.length === 0 ? undefined : await addCreated(job, place, read, { before, published, created });
  const template = added?.after ?? before;
  if (!template) return { items };
  const changed = items.map((item) => withObstacle(item, added?.obstacles.get(item.version)));
  const locked = await addLocks(job, place, template, { items: changed, judged });
  const changeId = locked.changeId ?? added?.changeId;
  return {
    items: locked.items,
    ...(changeId !== undefined && { changeId }),
    ...(!before && successionOf(address, read)),
  };
};
