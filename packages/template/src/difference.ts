import { type Difference, jsonPath } from "@nofx/contract-kit";
import type { TemplateVersionDocument } from "@nofx/contract-marketplace";
import { asArray, asObject } from "@nofx/document";
import {
  byKey,
  byValue,
  type Classification,
  classification,
  compareBumps,
  differencesBy,
  pathLiteral,
} from "@nofx/versioning";
import { withImpliedVariables } from "./implied-variables.ts";
import { severityRules } from "./severity.rules.ts";
import { tryPlans } from "./trial/try-plans.ts";
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

const isInside = (path: string, place: string): boolean =>
  path.startsWith(place) && [undefined, ".", "["].includes(path[place.length]);

/** The parts of a template of which plans show all that they do. */
const isShownByPlans = ({ path }: Difference, { content }: TemplateVersionDocument): boolean => {
  if (/^\$\.content\.steps\[\?@\.id=='[^']*'\]\.(inputs|dependsOn)/.test(path)) return true;
  if (path === `${stepsPath}[*].id`) return true;
  const variables = Object.keys(asObject(content.variables));
  if (variables.some((name) => path === jsonPath(["content", "variables", name, "default"]))) return true;
  const environments = Object.keys(asObject(content.environments));
  return environments.some((name) => {
    const parts = ["extends", "variables", "agents", "channels", "resources"];
    return parts.some((part) => isInside(path, jsonPath(["content", "environments", name, part])));
  });
};

/** What a place is called in a sentence: the step, variable or environment that it belongs to. */
const called = (path: string): string => {
  const [, step] = /^\$\.content\.steps\[\?@\.id=='([^']*)'/.exec(path) ?? [];
  if (step !== undefined) return `Step \`${step}\``;
  return `\`${path.replace("$.content.", "")}\``;
};

/** Written otherwise, and nobody can tell from what comes out. */
const asWording = (found: Difference): Difference => ({
  ...found,
  severity: "patch",
  reason: `${called(found.path)} is written otherwise; every plan that was tried is the same`,
});

/**
 * What differs between two versions, steps compared as steps, and the bump that all of it together demands: judged by the
 * documents and by the plans that come out. What plans alone show comes last.
 */
export const classifyTemplates = (before: TemplateVersionDocument, after: TemplateVersionDocument): Classification => {
  const found = templateDifferences(before, after);
  if (!found.some(({ path }) => path.startsWith("$.content."))) return classification(found);
  const trial = tryPlans(before, after);
  const judged = found.map((each) =>
    trial?.areSame && each.severity === "minor" && isShownByPlans(each, after) ? asWording(each) : each,
  );
  const isTold = ({ path, severity }: Difference): boolean =>
    found.some(
      (each) => compareBumps(each.severity, severity) >= 0 && (isInside(each.path, path) || isInside(path, each.path)),
    );
  return classification([...judged, ...(trial?.differences ?? []).filter((each) => !isTold(each))]);
};
