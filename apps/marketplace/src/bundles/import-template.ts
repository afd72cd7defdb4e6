import { setImmediate as nextTurn } from "node:timers/promises";
import type { ProblemItem } from "@nofx/contract-kit";
import type { ImportedVersion } from "@nofx/contract-marketplace";
import { lockUntilEnd, type TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import { kindOf } from "@nofx/template";
import { becomesCurrent, precedenceKey } from "@nofx/versioning";
import type { DB } from "../db/schema.gen.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { asCurrent, settleDependencies, tellBuilder } from "../templates/make-current.ts";
import { recordTemplateEvent } from "../templates/record-template-event.ts";
import { templateLock, timeAfter } from "../templates/template.rules.ts";
import type { Template } from "../templates/template.store.ts";
import { insertTemplate, updateTemplate } from "../templates/template-writes.store.ts";
import { findLocked } from "../templates/version.store.ts";
import {
  findPublished,
  insertBuilderFacts,
  insertHistory,
  insertVersions,
  keepTemplateFacts,
  keepVersionSuccessors,
} from "./imported-template.store.ts";
import { type JudgedVersion, judgeVersion } from "./judge-version.ts";
import { keptSuccessors, successorWarning } from "./kept-successors.rules.ts";
import type { ReadTemplate } from "./read-template-bundle.ts";
import type { Succession } from "./settle-successions.ts";

/** An import on its way. */
export interface ImportJob {
  readonly trx: TenantTransaction<DB>;
  readonly ctx: RequestContext;
  readonly now: Date;
  /** The bundle's digest. */
  readonly bundle: string;
  /** Whether a template that is new may be read by whom the bundle says; otherwise by its tenant only. */
  readonly keepsVisibility: boolean;
}

interface Imported {
  readonly items: ImportedVersion[];
  /** What is to be used instead of a template that is new, once all templates of the bundle are there. */
  readonly succession?: Succession;
  readonly changeId?: string;
}

/** Which template, and when. */
interface Place {
  readonly address: TemplateAddress;
  readonly at: Date;
}

type Valid = Extract<JudgedVersion, { readonly publication: object }>;
type Outcome = Pick<ImportedVersion, "outcome" | "errors">;

const because = (outcome: Outcome["outcome"], code: string, message: string): Outcome => ({
  outcome,
  errors: [{ path: "$", message, code } satisfies ProblemItem],
});

/** One version in each turn of the event loop: others must not wait for a whole catalogue. */
const judgeAll = async ({ versions }: ReadTemplate): Promise<JudgedVersion[]> => {
  const judged: JudgedVersion[] = [];
  for (const version of versions) {
    judged.push(judgeVersion(version));
    await nextTurn();
  }
  return judged;
};

type Published = Awaited<ReturnType<typeof findPublished>>;

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

/** The template with its current version, its past and where it is switched on. */
const addTemplate = async (
  { trx, ctx, keepsVisibility }: ImportJob,
  { address, at }: Place,
  { template, history }: ReadTemplate,
  { publication: { document } }: Valid,
): Promise<Template> => {
  const visibility = keepsVisibility ? template.visibility : "private";
  const added = await insertTemplate(trx, address, {
    ownerId: ctx.subject,
    visibility,
    current: asCurrent(document, at),
  });
  if (history) await insertHistory(trx, address, history);
  else await tellBuilder(trx, address, at, document);
  if (template.builder) await insertBuilderFacts(trx, address, template.builder, { by: ctx.subject, at });
  if (template.status === added.summary.status) return added;
  await keepTemplateFacts(trx, address, template);
  return (await findLocked(trx, address)) as Template;
};

/** The current version moves only up, and only to one that has just come. */
const changeTemplate = async (
  { trx }: ImportJob,
  { address, at }: Place,
  before: Template,
  current: Valid | undefined,
): Promise<Template> => {
  const document = current?.publication.document;
  const moves = document && becomesCurrent(before.summary.currentVersion, document.version);
  if (moves) await tellBuilder(trx, address, at, document);
  return await updateTemplate(trx, address, at, { current: moves ? asCurrent(document, at) : undefined });
};

const isDraft = ({ facts }: JudgedVersion): boolean => facts.status === "draft";

/** Tells of the import, and of each draft by itself: of those nobody else may know. */
const record = async (
  { trx, ctx, bundle }: ImportJob,
  at: Date,
  { before, after }: { readonly before: Template | undefined; readonly after: Template },
  created: readonly Valid[],
): Promise<string> => {
  for (const { facts, digest } of created.filter(isDraft)) {
    const details = { digest, status: facts.status };
    const event = { type: "template.version_published", before, after, version: facts.version, details } as const;
    await recordTemplateEvent(trx, ctx, at, { ...event, isUnreleased: true });
  }
  const released = created.filter((one) => !isDraft(one));
  const versions = released.map(({ facts: { version, status }, digest }) => ({ version, status, digest }));
  const details = { source: bundle, versions };
  const { currentVersion: version } = after.summary;
  const event = { type: "template.imported", before, after, version, details } as const;
  return await recordTemplateEvent(trx, ctx, at, { ...event, isUnreleased: released.length === 0 });
};

const successionOf = (
  address: TemplateAddress,
  { template: { successor } }: ReadTemplate,
): Pick<Imported, "succession"> => {
  if (!successor) return {};
  const { tenant = address.tenant, templateId } = successor;
  return { succession: { address, successor: { tenant, templateId } } };
};

/** Writes the versions that are new, and says which of them have been replaced. @returns why not, by version */
const addVersions = async (
  { trx, ctx }: ImportJob,
  { address, at }: Place,
  { contents }: ReadTemplate,
  { created, published }: { readonly created: readonly Valid[]; readonly published: Published },
): Promise<ReadonlyMap<string, string>> => {
  await insertVersions(trx, address, created, contents, { by: ctx.subject, at });
  const facts = created.map((version) => version.facts);
  const { kept, obstacles } = keptSuccessors(facts, [...published.values()]);
  await keepVersionSuccessors(trx, address, kept);
  return obstacles;
};

/** Imports what can be imported of a template, under its lock, and explains the rest. */
export const importTemplate = async (job: ImportJob, read: ReadTemplate): Promise<Imported> => {
  const { trx, ctx, now } = job;
  const { templateId, currentVersion } = read.template;
  const address = { tenant: ctx.tenantId, templateId };
  await lockUntilEnd(trx, templateLock(ctx.tenantId, templateId));
  const before = await findLocked(trx, address);
  const published: Published = before ? await findPublished(trx, address) : new Map();
  const judged = await judgeAll(read);
  const first = judged.find((one): one is Valid => one.facts.version === currentVersion && "publication" in one);
  const kind = before?.summary.kind ?? (first && kindOf(first.publication.document.content));
  const outcomes = judged.map((one) =>
    kind === undefined ? unstartable(one, currentVersion) : outcomeOf(kind, published, one),
  );
  const items = judged.map(({ facts: { version }, digest }, index) => ({
    ...{ templateId, version, digest },
    ...(outcomes[index] as Outcome),
  }));
  const created = judged.filter((one, index): one is Valid => outcomes[index]?.outcome === "created");
  if (created.length === 0) return { items };
  const at = timeAfter(now, before?.summary.updatedAt);
  const newest = created.find((one) => one === first);
  const after = before
    ? await changeTemplate(job, { address, at }, before, newest)
    : await addTemplate(job, { address, at }, read, first as Valid);
  const obstacles = await addVersions(job, { address, at }, read, { created, published });
  if (newest && after.summary.currentVersion === currentVersion) {
    await settleDependencies(trx, address, newest.publication.document);
  }
  return {
    items: items.map((item) => withObstacle(item, obstacles.get(item.version))),
    changeId: await record(job, at, { before, after }, created),
    ...(!before && successionOf(address, read)),
  };
};
