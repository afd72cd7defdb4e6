import { jsonPath, type ProblemItem } from "@nofx/contract-kit";
import { type DependencyLock, TemplateEnvironments, type TemplateVersionDocument } from "@nofx/contract-marketplace";
import {
  findingFaults,
  lockDigest,
  type ResolvedEnvironment,
  requirementsOf,
  resolveEnvironment,
} from "@nofx/template";
import { inTurns } from "../plans/in-turns.ts";
import { fromBundled } from "./bundled-lock.rules.ts";
import type { ReadLock } from "./read-entry.ts";

/** What a bundle's lock means in the tenant that imports it; `errors` if it cannot be kept with its version. */
export interface JudgedLock {
  readonly environment: string | undefined;
  readonly meant?: { readonly lock: DependencyLock; readonly digest: string };
  readonly errors?: readonly ProblemItem[];
}

/** As many as anybody reads. */
const errorsMax = 20;

const environmentIn = (
  { content }: TemplateVersionDocument,
  name: string | undefined,
): { readonly environment: ResolvedEnvironment | undefined } | undefined => {
  if (name === undefined) return { environment: undefined };
  const declared = TemplateEnvironments.safeParse(content.environments ?? {});
  const resolved = declared.success ? resolveEnvironment(declared.data, name) : undefined;
  return resolved?.ok ? { environment: resolved.environment } : undefined;
};

const because = (environment: string | undefined, code: string, message: string): JudgedLock => ({
  environment,
  errors: [{ path: "$.lock", code, message }],
});

/**
 * Holds a bundle's lock against the version that it is for: what that wants must be in it, in versions that fit, and nothing
 * that nobody wants. Nothing is looked up: a catalogue may come before the agents that it uses.
 */
export const judgeLock = async (
  tenant: string,
  document: TemplateVersionDocument,
  { environment: name, lock: bundled }: ReadLock,
): Promise<JudgedLock> => {
  const found = environmentIn(document, name);
  if (!found) return because(name, "environment_unknown", `The version has no environment "${name}"`);
  const lock = fromBundled(bundled, tenant);
  if (!lock) return because(name, "lock_broken", `Two of the lock's names mean the same to the tenant ${tenant}`);
  const faults = await inTurns(findingFaults(lock, requirementsOf({ tenant, document }, found.environment)));
  const errors = faults.slice(0, errorsMax).map(({ resource: { kind, tenant: of, id }, message }): ProblemItem => {
    return { path: jsonPath(["lock", `${kind}s`, `${of}/${id}`]), code: "lock_broken", message };
  });
  return { environment: name, meant: { lock, digest: lockDigest(lock) }, ...(errors.length > 0 && { errors }) };
};
