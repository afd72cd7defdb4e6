import type { Contract } from "@nofx/contract-kit";
import { listAgentUsage } from "./agent-usage.ts";
import * as analytics from "./analytics.ts";
import * as audit from "./audit.ts";
import * as builder from "./builder.ts";
import { importBuilderStore } from "./builder-import.ts";
import { bulkBuilderTemplates } from "./bulk-builder.ts";
import { bulkTemplates } from "./bulk-templates.ts";
import * as bundles from "./bundles.ts";
import * as campaigns from "./campaigns.ts";
import * as categories from "./categories.ts";
import * as changes from "./changes.ts";
import { diffTemplateVersions } from "./comparison.ts";
import * as environments from "./environments.ts";
import { marketplaceErrors } from "./errors.ts";
import * as executions from "./executions.ts";
import * as forks from "./forks.ts";
import * as lifecycle from "./lifecycle.ts";
import { listTemplates } from "./list-templates.ts";
import * as locks from "./locks.ts";
import * as plans from "./plans.ts";
import * as ratings from "./ratings.ts";
import * as records from "./records.ts";
import { getMarketplaceSettings, updateMarketplaceSettings } from "./settings.ts";
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
  operations: {
    listTemplates,
    getTemplate: templates.getTemplate,
    listTemplateVersions: templates.listTemplateVersions,
    getTemplateVersion: templates.getTemplateVersion,
    getTemplateFile: templates.getTemplateFile,
    publishTemplate: templates.publishTemplate,
    validateTemplate: templates.validateTemplate,
    rollbackTemplate: templates.rollbackTemplate,
    bulkTemplates,
    diffTemplateVersions,
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
    listAgentUsage,
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
    importBuilderStore,
    bulkBuilderTemplates,
    getMarketplaceSettings,
    updateMarketplaceSettings,
    ...bundles,
    ...audit,
    ...changes,
  },
} as const satisfies Contract;
