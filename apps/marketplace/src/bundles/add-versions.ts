import type { TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import { becomesCurrent } from "@nofx/versioning";
import type { DB } from "../db/schema.gen.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { asCurrent, settleDependencies, tellBuilder } from "../templates/make-current.ts";
import { recordTemplateEvent } from "../templates/record-template-event.ts";
import type { Template } from "../templates/template.store.ts";
import { insertTemplate, updateTemplate } from "../templates/template-writes.store.ts";
import { findLocked } from "../templates/version.store.ts";
import {
  type findPublished,
  insertBuilderFacts,
  insertHistory,
  insertVersions,
  keepTemplateFacts,
  keepVersionSuccessors,
} from "./imported-template.store.ts";
import type { JudgedVersion } from "./judge-version.ts";
import { keptSuccessors } from "./kept-successors.rules.ts";
import type { ReadTemplate } from "./read-template-bundle.ts";

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

/** Which template, and when. */
export interface Place {
  readonly address: TemplateAddress;
  readonly at: Date;
}

/** A version that can be written. */
export type ValidVersion = Extract<JudgedVersion, { readonly publication: object }>;

export type Published = Awaited<ReturnType<typeof findPublished>>;

/** A template with its new versions, why successors of some were left out, and the change that it made. */
export interface Added {
  readonly after: Template;
  readonly obstacles: ReadonlyMap<string, string>;
  readonly changeId: string;
}

/** The template with its current version, its past and where it is switched on. */
const addTemplate = async (
  { trx, ctx, keepsVisibility }: ImportJob,
  { address, at }: Place,
  { template, history }: ReadTemplate,
  { publication: { document } }: ValidVersion,
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
  current: ValidVersion | undefined,
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
  created: readonly ValidVersion[],
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

/** Writes the versions that are new, and says which of them have been replaced. @returns why not, by version */
const addVersions = async (
  { trx, ctx }: ImportJob,
  { address, at }: Place,
  { contents }: ReadTemplate,
  { created, published }: { readonly created: readonly ValidVersion[]; readonly published: Published },
): Promise<ReadonlyMap<string, string>> => {
  await insertVersions(trx, address, created, contents, { by: ctx.subject, at });
  const facts = created.map((version) => version.facts);
  const { kept, obstacles } = keptSuccessors(facts, [...published.values()]);
  await keepVersionSuccessors(trx, address, kept);
  return obstacles;
};

/** Adds the new versions to the template, or begins it with them. */
export const addCreated = async (
  job: ImportJob,
  place: Place,
  read: ReadTemplate,
  {
    before,
    published,
    created,
  }: {
    readonly before: Template | undefined;
    readonly published: Published;
    readonly created: readonly ValidVersion[];
  },
): Promise<Added> => {
  const { currentVersion } = read.template;
  const newest = created.find(({ facts }) => facts.version === currentVersion);
  const after = before
    ? await changeTemplate(job, place, before, newest)
    : await addTemplate(job, place, read, newest as ValidVersion);
  const obstacles = await addVersions(job, place, read, { created, published });
  if (newest && after.summary.currentVersion === currentVersion) {
    await settleDependencies(job.trx, place.address, newest.publication.document);
  }
  return { after, obstacles, changeId: await record(job, place.at, { before, after }, created) };
};
