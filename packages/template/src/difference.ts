import type { Difference } from "@nofx/contract-kit";
import type { TemplateVersionDocument } from "@nofx/contract-marketplace";
import { asArray, asObject } from "@nofx/document";
import { byKey, byValue, type Classification, classification, differencesBy, pathLiteral } from "@nofx/versioning";
import { withImpliedVariables } from "./implied-variables.ts";
import { severityRules } from "./severity.rules.ts";
import { variableDifferences } from "./variables/variable-differences.ts";

/** What tells the members of a template's lists apart. */
const identities = {
  files: byKey("path"),
  tags: byValue,
  "metadata/agents": byValue,
  "content/steps": byKey("id"),
  "content/input": byKey("id"),
  "content/tests": byKey("name"),
};

const parts = { "content/variables": variableDifferences };

const differences = differencesBy({ severities: severityRules, identities, schemas: {}, parts });

const stepsPath = "$.content.steps";

/** Steps that say nothing of what they wait for run in the order of the list. */
const isSequence = ({ content }: TemplateVersionDocument): boolean =>
  asArray(content.steps).every((step) => asArray(asObject(step).dependsOn).length === 0);

/** What only the order of a list says is wording, but not where it is the order in which things are done. */
const judgedOrder = (found: Difference, after: TemplateVersionDocument): Difference =>
  found.path === `${stepsPath}[*].id` && isSequence(after)
    ? { ...found, severity: "minor", reason: "The steps run in another order" }
    : found;

/** Where nothing else differs, it differs that variables are declared. */
const differencesOf = (before: TemplateVersionDocument, after: TemplateVersionDocument): Difference[] => {
  const found = differences(withImpliedVariables(before), withImpliedVariables(after));
  return found.length > 0 ? found : differences(before, after);
};

/**
 * What differs between two templates' published documents: where (JSONPath, RFC 9535), before and after, and what that
 * means. A variable that is used and not declared counts as a required one. Steps that are in a file are compared as steps
 * if both documents have them inline, too (`withInlineSteps`); then the bytes of that file are not told of as well.
 */
export const templateDifferences = (before: TemplateVersionDocument, after: TemplateVersionDocument): Difference[] => {
  const found = differencesOf(before, after).map((each) => judgedOrder(each, after));
  const { steps, versionFile } = after.content;
  if (steps === undefined || versionFile === undefined) return found;
  if (!found.some(({ path }) => path.startsWith(stepsPath))) return found;
  const file = `$.files[?@.path==${pathLiteral(String(versionFile))}].`;
  return found.filter(({ path }) => !path.startsWith(file));
};

/** What has changed between two documents, steps compared as steps, and the bump that all of it together demands. */
export const classifyTemplates = (before: TemplateVersionDocument, after: TemplateVersionDocument): Classification =>
  classification(templateDifferences(before, after));
