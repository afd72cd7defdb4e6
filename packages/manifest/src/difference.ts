import type { AgentVersionDocument } from "@nofx/contract-registry";
import { type Classification, classification, type DocumentRules, differencesBy, versionDiff } from "@nofx/versioning";
import { identities } from "./identity.ts";
import { isRecord } from "./record.ts";
import { compareSchemas } from "./schema-difference.ts";
import { severityRules } from "./severity.rules.ts";

/** Inputs and outputs are JSON Schemas, which have rules of their own. */
const directionOf = (names: readonly string[]) => {
  if (names.length !== 2 || names[0] !== "manifest") return undefined;
  return names[1] === "inputs" ? "input" : names[1] === "outputs" ? "output" : undefined;
};

const comparePart: DocumentRules["comparePart"] = (names, path, before, after) => {
  const direction = directionOf(names);
  if (!direction || !isRecord(before) || !isRecord(after)) return undefined;
  return compareSchemas(before, after, { direction, path, name: "", depth: 0 });
};

/**
 * What differs between two agents' documents, published ones or parts of them: where (JSONPath, RFC 9535), before and
 * after, and what that means.
 */
export const differences = differencesBy({ severities: severityRules, identities, comparePart });

/** What has changed between two documents, and the bump that all of it together demands. */
export const classify = (before: AgentVersionDocument, after: AgentVersionDocument): Classification =>
  classification(differences(before, after));

/** Unified diff of two published documents. */
export const documentDiff = (before: AgentVersionDocument, after: AgentVersionDocument): string =>
  versionDiff("agent.json", before, after);
