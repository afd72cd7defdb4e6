export * from "./dependencies.ts";
export * from "./difference.ts";
export * from "./document.ts";
export * from "./environments/environment.ts";
export { keptEnvironmentFindings, variablesFor } from "./environments/environment-findings.ts";
export { mergePatch } from "./environments/merge.ts";
export * from "./environments/promotion.ts";
export { variableOf } from "./expressions/expression.ts";
export * from "./inline-steps.ts";
export * from "./plan.ts";
export * from "./plan-difference.ts";
export {
  compilePrompt,
  identified,
  type Prompt,
  promptOf,
  safetyIdentifier,
  variablesOf,
} from "./prompt/prompt.ts";
export { renderPrompt } from "./prompt/render-prompt.ts";
export { fillPlaceholders, placeholders, referencesIn } from "./reference.ts";
export { declaredVariables } from "./render/declared-variables.ts";
export * from "./render/render-workflow.ts";
export { planCharactersMax } from "./render/scope.ts";
export { comparablePlan } from "./rendered-plan.ts";
export * from "./resolve/check-lock.ts";
export type { Clash, ClashCode, Conflict, Want, WantingVersions } from "./resolve/conflict.ts";
export { adviceOn } from "./resolve/conflict-advice.ts";
export { readRange } from "./resolve/dependency-range.ts";
export { lockDigest } from "./resolve/lock.ts";
export { findingFaults } from "./resolve/lock-faults.ts";
export { lockedAgents } from "./resolve/locked-agents.ts";
export * from "./resolve/outdated.ts";
export { type ReadDependencies, readDependencies, resourceNamed } from "./resolve/read-dependencies.ts";
export { environmentWants, requirementsOf, type VersionToPlan } from "./resolve/requirements.ts";
export * from "./resolve/resolve-dependencies.ts";
export type {
  AskedRequirement,
  Asker,
  Candidate,
  Known,
  Requirement,
  Resource,
  ResourceKind,
  ResourceVersion,
  Strategy,
} from "./resolve/resource.ts";
export type { Sliced } from "./resolve/work.ts";
export * from "./testing/run-tests.ts";
export { inlineSteps, type TestedVersion, testOrderOf, usableEnvironments } from "./testing/test-order.ts";
export * from "./validate.ts";
export * from "./validate-text.ts";
export type { Declared } from "./variables/declared.ts";
export * from "./variables/resolve-variables.ts";
