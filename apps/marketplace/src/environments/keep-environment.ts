import type { ProblemItem } from "@nofx/contract-kit";
import type { EnvironmentState, KeptEnvironment } from "@nofx/contract-marketplace";
import type { TenantTransaction } from "@nofx/db-kit";
import { findingsMax } from "@nofx/document";
import type { RequestContext } from "@nofx/service-kit";
import {
  environmentWants,
  keptEnvironmentFindings,
  meetsWants,
  resolveEnvironment,
  variablesFor,
} from "@nofx/template";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { findKeptLock } from "../plans/lock.store.ts";
import { problem } from "../problem.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { timeAfter } from "../templates/template.rules.ts";
import type { FoundVersion } from "../templates/version.store.ts";
import {
  type EnvironmentsStanding,
  keptInState,
  recordEnvironmentEvent,
  withEnvironmentsLocked,
} from "./change-environments.ts";
import { asItem, isSameKept, type Kept, keptMax, keptOf } from "./environment.rules.ts";
import { saveKept } from "./environment.store.ts";
import { declaredIn, stateAfter, versionRun, withStored } from "./version-run.ts";

/** An environment that is to be kept. */
export interface KeepOrder {
  readonly name: string;
  readonly kept: KeptEnvironment;
  readonly dryRun: boolean;
}

/** What became of it. */
export interface KeptResult {
  readonly outcome: "created" | "changed" | "unchanged";
  readonly dryRun: boolean;
  readonly environment: EnvironmentState;
  readonly warnings: ProblemItem[];
  readonly changeId?: string;
}

/** @throws environment_invalid with everything that is wrong */
const mustBeSound = (name: string, kept: Kept, run: FoundVersion, before: KeptEnvironment | undefined): void => {
  const { content } = run.document;
  const found = keptEnvironmentFindings(declaredIn(run), kept, name, variablesFor(content)).map(asItem);
  const isNewVersion = kept[name]?.version !== undefined && kept[name].version !== before?.version;
  if (isNewVersion && run.summary.status === "archived") {
    const message = `Version ${run.version} is archived: nothing new can run it`;
    found.unshift({ path: "$.version", code: "version_archived", message });
  }
  if (!before && Object.keys(kept).length > keptMax) {
    found.unshift({ path: "$", code: "too_many", message: `At most ${keptMax} environments of a template are kept` });
  }
  if (found.length > 0) throw problem("environment_invalid", { errors: found.slice(0, findingsMax) });
};

/** What is told of a lock that does not hold any more what the environment asks for. */
const lockWarnings = async (
  trx: TenantTransaction<DB>,
  address: TemplateAddress,
  name: string,
  kept: Kept,
  run: FoundVersion,
): Promise<ProblemItem[]> => {
  const resolved = resolveEnvironment(declaredIn(run), name, kept);
  const lock = await findKeptLock(trx, { ...address, version: run.version, environment: name });
  if (!resolved.ok || !lock) return [];
  if (meetsWants(lock.stored.lock, environmentWants(address.tenant, resolved.environment))) return [];
  const message = `The lock that is kept for ${name} does not fit these ranges: plans resolve anew until it is made again`;
  return [{ path: "$.agents", code: "lock_unfit", message }];
};

/** Keeps an environment for the caller's tenant, in the place of what was kept. The same again changes nothing. */
export const keepEnvironment = async (
  deps: Deps,
  ctx: RequestContext,
  address: TemplateAddress,
  { name, kept, dryRun }: KeepOrder,
): Promise<KeptResult> => {
  const keep = async (trx: TenantTransaction<DB>, standing: EnvironmentsStanding): Promise<KeptResult> => {
    const before = keptInState(ctx, standing.stored, name);
    const run = await versionRun(trx, address, standing, kept);
    const after = { ...keptOf(standing.stored), [name]: kept };
    mustBeSound(name, after, run, before?.kept);
    const warnings = await lockWarnings(trx, address, name, after, run);
    if (before && isSameKept(before.kept, kept)) {
      const environment = stateAfter(standing, run, standing.stored, name);
      return { outcome: "unchanged", dryRun, environment, warnings };
    }
    const at = timeAfter(deps.now(), before?.updatedAt);
    const saved = await saveKept(trx, ctx, address, name, { kept, at });
    const changeId = await recordEnvironmentEvent(trx, ctx, at, address, {
      type: "template.environment_changed",
      environment: name,
      version: run.version,
      before: before?.kept,
      after: kept,
    });
    const environment = stateAfter(standing, run, withStored(standing.stored, saved), name);
    const told = !dryRun && { changeId };
    return { outcome: before ? "changed" : "created", dryRun, environment, warnings, ...told };
  };
  return await withEnvironmentsLocked(deps, ctx, address, keep, { dryRun });
};
