import type { Contract, OperationsOf } from "@nofx/contract-kit";
import * as agentUsage from "./agent-usage.ts";
import * as analytics from "./analytics.ts";
import * as audit from "./audit.ts";
import * as builder from "./builder.ts";
import * as builderImport from "./builder-import.ts";
import * as bulkBuilder from "./bulk-builder.ts";
import * as bulkTemplates from "./bulk-templates.ts";
import * as bundles from "./bundles.ts";
import * as campaigns from "./campaigns.ts";
import * as categories from "./categories.ts";
import * as changes from "./changes.ts";
import * as comparison from "./comparison.ts";
import * as environments from "./environments.ts";
import { marketplaceErrors } from "./errors.ts";
import * as executions from "./executions.ts";
import * as forks from "./forks.ts";
import * as lifecycle from "./lifecycle.ts";
import * as listing from "./list-templates.ts";
import * as locks from "./locks.ts";
import * as plans from "./plans.ts";
import * as ratings from "./ratings.ts";
import * as records from "./records.ts";
import * as settings from "./settings.ts";
import * as templates from "./templates.ts";
import * as tests from "./tests.ts";

export * from "./agent-usage.ts";
export * from "./analytics.ts";
export * from "./analytics-answers.ts";
export * from "./analytics-dashboard.ts";
export * from "./analytics-figures.ts";
export * from "./audit.ts";
export * from "./builder.ts";
export * from "./builder-import.ts";
export * from "./builder-run.ts";
export * from "./builder-template.ts";
export * from "./bulk.ts";
export * from "./bulk-builder.ts";
export * from "./bulk-templates.ts";
export * from "./bundle.ts";
export { bundleErrors } from "./bundle-errors.ts";
export * from "./bundles.ts";
export * from "./campaign.ts";
export * from "./campaigns.ts";
export * from "./categories.ts";
export * from "./changes.ts";
export * from "./comparison.ts";
export * from "./environment-state.ts";
export * from "./environments.ts";
export { marketplaceErrors } from "./errors.ts";
export * from "./execution.ts";
export * from "./executions.ts";
export * from "./fork-origin.ts";
export * from "./forks.ts";
export * from "./impact.ts";
export * from "./lifecycle.ts";
export * from "./list-templates.ts";
export * from "./lock.ts";
export * from "./locks.ts";
export * from "./plan-difference.ts";
export * from "./plans.ts";
export * from "./rating.ts";
export * from "./ratings.ts";
export * from "./record.ts";
export * from "./records.ts";
export * from "./rendered-plan.ts";
export * from "./settings.ts";
export * from "./template.ts";
export * from "./template-environment.ts";
export * from "./template-manifest.ts";
export * from "./template-test.ts";
export * from "./template-variable.ts";
export * from "./templates.ts";
export * from "./tests.ts";

/** Every operation, by its id. */
export type MarketplaceOperations = OperationsOf<typeof templates> &
  OperationsOf<typeof listing> &
  OperationsOf<typeof bulkTemplates> &
  OperationsOf<typeof comparison> &
  OperationsOf<typeof forks> &
  OperationsOf<typeof plans> &
  OperationsOf<typeof locks> &
  OperationsOf<typeof tests> &
  OperationsOf<typeof environments> &
  OperationsOf<typeof campaigns> &
  OperationsOf<typeof ratings> &
  OperationsOf<typeof executions> &
  OperationsOf<typeof analytics> &
  OperationsOf<typeof agentUsage> &
  OperationsOf<typeof records> &
  OperationsOf<typeof lifecycle> &
  OperationsOf<typeof categories> &
  OperationsOf<typeof builder> &
  OperationsOf<typeof builderImport> &
  OperationsOf<typeof bulkBuilder> &
  OperationsOf<typeof settings> &
  OperationsOf<typeof bundles> &
  OperationsOf<typeof audit> &
  OperationsOf<typeof changes>;

const operations: MarketplaceOperations = {
  listTemplates: listing.listTemplates,
  getTemplate: templates.getTemplate,
  listTemplateVersions: templates.listTemplateVersions,
  getTemplateVersion: templates.getTemplateVersion,
  getTemplateFile: templates.getTemplateFile,
  publishTemplate: templates.publishTemplate,
  validateTemplate: templates.validateTemplate,
  rollbackTemplate: templates.rollbackTemplate,
  bulkTemplates: bulkTemplates.bulkTemplates,
  diffTemplateVersions: comparison.diffTemplateVersions,
  forkTemplate: forks.forkTemplate,
  listForks: forks.listForks,
  ...plans,
  ...locks,
  ...tests,
  ...environments,
  ...campaigns,
  ...ratings,
  ...executions,
  ...analytics,
  listAgentUsage: agentUsage.listAgentUsage,
  ...records,
  ...lifecycle,
  listCategories: categories.listCategories,
  putCategory: categories.putCategory,
  deleteCategory: categories.deleteCategory,
  listBuilderTemplates: builder.listBuilderTemplates,
  createBuilderTemplate: builder.createBuilderTemplate,
  getBuilderTemplate: builder.getBuilderTemplate,
  updateBuilderTemplate: builder.updateBuilderTemplate,
  deployBuilderTemplate: builder.deployBuilderTemplate,
  getBuilderHistory: builder.getBuilderHistory,
  compileBuilderTemplate: builder.compileBuilderTemplate,
  runBuilderTemplate: builder.runBuilderTemplate,
  importBuilderStore: builderImport.importBuilderStore,
  bulkBuilderTemplates: bulkBuilder.bulkBuilderTemplates,
  getMarketplaceSettings: settings.getMarketplaceSettings,
  updateMarketplaceSettings: settings.updateMarketplaceSettings,
  ...bundles,
  ...audit,
  ...changes,
};

/** The template marketplace's whole contract: Track B. */
export const marketplaceContract = {
  name: "marketplace",
  title: "NOFX template marketplace",
  description: "Find templates that have proved themselves, see what they will do, and run them where you are.",
  version: "1.0.0",
  errors: marketplaceErrors,
  tags: {
    Templates: "Publish, find, read and roll back templates: workflows and prompts.",
    Ratings: "Rate templates of others, and see what others think of a template.",
    Plans: "What running a template means where you are: versions of what it depends on, plans, locks and tests.",
    Environments:
      "What differs where a template runs: declared by its versions, and kept by whoever runs it, with the version that runs.",
    Campaigns: "Bring a new version of an agent into all templates that lock another one, safely and in bulk.",
    Usage: "Report runs of templates.",
    Analytics: "How templates are doing: how often they are run, how well, how fast, and what for.",
    Lifecycle: "Status of templates and of their versions: drafts, deprecation with successors, disabling, archiving.",
    Categories: "The tree that templates are found in: one for the whole instance.",
    Builder: "Prompts that compile into one model request: the builder's API, as its callers know it.",
    Settings: "How things are done with your tenant's templates.",
    Bundles: "Take templates from one instance to another, with everything that belongs to them.",
    Records: "Everything that is known of templates, for services that keep a copy.",
    Audit: "Who did what, and why.",
    Changes: "Every state change, in the order in which it took effect.",
  },
  operations,
} as const satisfies Contract;
