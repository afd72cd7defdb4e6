import { BundleError, type ListedEntry, type OpenBundle } from "@nofx/bundle";
import { fileLimits } from "@nofx/contract-kit";
import { bundleBodyLimits, TemplateBundleContent } from "@nofx/contract-marketplace";
import { type PlannedTemplate, planBundle } from "./bundle-layout.rules.ts";

const checkLocks = (locks: readonly ListedEntry[]): void => {
  const { lockBytesMax, locksBytesMax } = bundleBodyLimits;
  const large = locks.find(({ size }) => size > lockBytesMax);
  if (large) throw new BundleError("bundle_too_large", `A lock may have ${lockBytesMax} bytes`, large.path);
  if (locks.reduce((sum, { size }) => sum + size, 0) > locksBytesMax) {
    throw new BundleError("bundle_too_large", `All locks together may have ${locksBytesMax} bytes`);
  }
};

/**
 * The templates of a bundle, each with its entries, as the index tells.
 * @throws BundleError if it is not the index of a bundle of templates, or tells of too much
 */
export const plannedTemplates = ({ index }: OpenBundle): readonly PlannedTemplate[] => {
  const invalid = (message: string) => new BundleError("bundle_index_invalid", message, "bundle.json");
  const content = TemplateBundleContent.safeParse(index.content);
  if (!content.success) {
    const [issue] = content.error.issues;
    throw invalid(`The index has a fault at content.${issue?.path.join(".")} (${issue?.message})`);
  }
  const { templates } = content.data;
  if (templates.length > bundleBodyLimits.templatesMax) {
    const message = `A bundle may have ${bundleBodyLimits.templatesMax} templates`;
    throw new BundleError("bundle_too_many_entries", message);
  }
  const plan = planBundle(templates, index.entries);
  if (typeof plan === "string") throw invalid(plan);
  const large = plan.flatMap(({ files }) => files).find(({ size }) => size > fileLimits.fileBytesMax);
  if (large) throw new BundleError("bundle_too_large", `A file may have ${fileLimits.fileBytesMax} bytes`, large.path);
  checkLocks(plan.flatMap(({ locks }) => locks.map(({ entry }) => entry)));
  return plan;
};
