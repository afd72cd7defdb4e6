import type { Client } from "@nofx/client";
import { type marketplaceContract, marketplaceErrors, type TemplateManifest } from "@nofx/contract-marketplace";
import { asObject } from "@nofx/document";
import { classifyTemplates, inlinedPublication, toTemplatePublication, validateTemplateText } from "@nofx/template";
import { judgeSemver } from "@nofx/versioning";
import { apply } from "./apply.ts";
import type { Kind, Layout } from "./kind.ts";
import { plan } from "./plan.ts";
import { type Only, readDirectory } from "./read-directory.ts";
import { answering } from "./service.ts";
import type { Source } from "./source.ts";
import type { ApplyOptions, PlanOptions, SyncPlan, SyncReport } from "./types.ts";

/** The marketplace through its public API. */
export type MarketplaceClient = Client<typeof marketplaceContract>;

/** What does not lie in the `versions` of the newest lies beside the template.json that names it. */
const stepsOf = (templateJson: unknown): string | undefined => {
  const { versionFile } = asObject(asObject(templateJson).content);
  return typeof versionFile === "string" ? versionFile : undefined;
};

/** How templates lie in a directory. */
export const templateLayout: Layout<TemplateManifest> = {
  noun: "template",
  idField: "templateId",
  manifestFile: "template.json",
  validate: validateTemplateText,
  sharedFile: stepsOf,
};

/** As the marketplace compares it: with its steps, wherever they are. */
const documentOf = (manifest: TemplateManifest) => inlinedPublication(toTemplatePublication(manifest));

/** Templates, published to a marketplace. */
const templates = (client: MarketplaceClient): Kind<TemplateManifest> => ({
  ...templateLayout,
  service: "marketplace",
  find: (templateId, options) => answering(client.getTemplate({ templateId }, options), ({ template }) => template),
  publish: (body, order, options) =>
    answering(
      client.publishTemplate({ body, ...order }, options),
      ({ template: { tenant }, version: { digest }, ...published }) => ({
        ...published,
        tenant,
        digest,
      }),
    ),
  semver: {
    policy: (options) => answering(client.getMarketplaceSettings({}, options), ({ settings }) => settings.semverPolicy),
    compare: (previous, manifest) => judgeSemver(classifyTemplates, documentOf(previous), documentOf(manifest)),
    refusal: marketplaceErrors.version_bump_too_small.title,
  },
  pruning: {
    // Workflows only: prompts are what people make in the builder, and nothing tells theirs from those of a directory.
    list: (query, options) =>
      answering(client.listTemplates({ ...query, kind: "workflow" }, options), ({ templates: page, nextCursor }) => ({
        ids: page.map(({ templateId }) => templateId),
        nextCursor,
      })),
    disable: (templateId, reason, options) =>
      client.setTemplateStatus({ templateId, body: { status: "disabled", reason } }, options),
  },
});

/**
 * All templates of a directory: `<templateId>/template.json` with the files beside it, earlier versions in
 * `<templateId>/versions/<semver>/`, steps in `<templateId>/versions/<semver>.json`. Each template's oldest version
 * first, what is broken included. With `only`, of no others.
 */
export const readTemplates = (directory: string, only?: Only): Promise<Source<TemplateManifest>[]> =>
  readDirectory(templateLayout, directory, only);

/**
 * Says what it would take for the marketplace to have what a directory of templates has, as planSync does for agents.
 * Nothing is written. Candidates for `prune` are workflows only: prompts belong to whoever made them in the builder.
 * @throws ProblemError if the marketplace refuses the caller rather than a template, or cannot answer.
 */
export const planTemplateSync = (
  client: MarketplaceClient,
  directory: string,
  options: PlanOptions = {},
): Promise<SyncPlan<TemplateManifest>> => plan(templates(client), directory, options);

/**
 * Does what a plan of templates says, as applySync does for agents.
 * @throws SyncRefused before anything is written.
 */
export const applyTemplateSync = (
  client: MarketplaceClient,
  planned: SyncPlan<TemplateManifest>,
  options: ApplyOptions = {},
): Promise<SyncReport> => apply(templates(client), planned, options);
