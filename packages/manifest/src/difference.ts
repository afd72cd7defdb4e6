import type { AgentVersionDocument } from "@nofx/contract-registry";
import { type Classification, classification, differencesBy } from "@nofx/versioning";
import { identities } from "./identity.ts";
import { severityRules } from "./severity.rules.ts";

/** Which way the values travel that an agent's schemas describe. */
const schemas = { "manifest/inputs": "input", "manifest/outputs": "output" } as const;

/**
 * What differs between two agents' documents, published ones or parts of them: where (JSONPath, RFC 9535), before and
 * after, and what that means.
 */
export const differences = differencesBy({ severities: severityRules, identities, schemas });

/** What has changed between two documents, and the bump that all of it together demands. */
export const classify = (before: AgentVersionDocument, after: AgentVersionDocument): Classification =>
  classification(differences(before, after));
