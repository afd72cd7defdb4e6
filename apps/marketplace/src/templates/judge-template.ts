import type { Finding } from "@nofx/contract-kit";
import { asObject } from "@nofx/document";
import type { RequestContext } from "@nofx/service-kit";
import { toTemplatePublication, validateTemplate } from "@nofx/template";
import { listCategories } from "../categories/category.store.ts";
import { unknownCategory } from "../categories/unknown-category.ts";
import type { Deps } from "../deps.ts";

/** What the tree of categories has to say; a document cannot know it by itself. */
const categoryFindings = async (deps: Deps, ctx: RequestContext, input: unknown): Promise<Finding[]> => {
  const { category } = asObject(input);
  return typeof category === "string" ? unknownCategory(category, await listCategories(deps.db, ctx)) : [];
};

/** Everything that publishing would object to or warn about, and the digest the version would have. */
export const judgeTemplate = async (
  deps: Deps,
  ctx: RequestContext,
  input: unknown,
): Promise<{ valid: boolean; errors: Finding[]; warnings: Finding[]; digest?: string }> => {
  const { valid, errors, warnings, ...rest } = validateTemplate(input);
  const known = valid ? await categoryFindings(deps, ctx, input) : [];
  const report = { valid, errors: [...errors], warnings: [...warnings, ...known] };
  return "manifest" in rest ? { ...report, digest: toTemplatePublication(rest.manifest).digest } : report;
};
