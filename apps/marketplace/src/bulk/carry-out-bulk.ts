import { setImmediate as nextTurn } from "node:timers/promises";
import type { Operation, ProblemItem } from "@nofx/contract-kit";
import type { BulkItem, BulkResult } from "@nofx/contract-marketplace";
import { inSavepoint, inTenant, lockAllUntilEnd, shareLockUntilEnd, type TenantTransaction } from "@nofx/db-kit";
import { admit, admitBound, type RequestContext } from "@nofx/service-kit";
import type { Resource, TemplatePublication } from "@nofx/template";
import { type Check, type CheckedPublish, policyFor, toBeChecked } from "../checks/before-publishing.ts";
import { makeChecks } from "../checks/make-checks.ts";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { readWithin } from "../plans/candidate.store.ts";
import { type VersionsLookup, versionsLookup } from "../plans/look-up-versions.ts";
import { getSettings } from "../settings/get-settings.ts";
import { importLock, templateLock } from "../templates/template.rules.ts";
import { firstItems, refusalIn, toldProblem } from "../told-problem.ts";
import { resultOf } from "./bulk.rules.ts";

/** What an operation of a bulk request works in. */
export interface BulkWrite {
  readonly trx: TenantTransaction<DB>;
  readonly ctx: RequestContext;
  readonly now: () => Date;
  /** Makes the checks of what an operation publishes, with what the operations before it have left. */
  readonly checkOf: (publication: TemplatePublication, said: CheckedPublish) => Check;
}

/** What an operation that succeeded did. */
export interface Done {
  readonly templateId: string;
  readonly outcome: Exclude<BulkItem["outcome"], "failed" | "skipped">;
  readonly version?: string;
  readonly warnings?: readonly ProblemItem[];
  readonly changeId?: string | undefined;
}

/** What the operations of a kind of bulk requests are, and how they are carried out. */
export interface BulkKind<Op extends { readonly op: string }> {
  /** The template that an operation names; undefined if it names none that is one. */
  readonly templateOf: (operation: Op) => string | undefined;
  /** The operation that it stands for: the caller must be allowed to call that. */
  readonly single: (operation: Op) => Operation;
  readonly carryOut: (write: BulkWrite, operation: Op) => Promise<Done>;
  /** What an operation is known to depend on before it is carried out: to be looked up together with that of others. */
  readonly dependsOn: (operation: Op, ownTenant: string) => readonly Resource[];
}

export interface BulkOrder<Op> {
  readonly operations: readonly Op[];
  readonly atomic: boolean;
  readonly dryRun: boolean;
}

/** What a bulk request did, and the last of the changes that it made. */
export interface CarriedOut {
  readonly result: BulkResult;
  readonly changeId?: string | undefined;
}

interface Attempt {
  readonly item: BulkItem;
  readonly changeId?: string | undefined;
}

/** Undoes a request of which all operations were to be applied or none. */
class NothingApplied extends Error {}

/** What is told of an operation that was refused. Anything else that goes wrong is no answer to it, and ends the request. */
const refusal = (error: unknown): Pick<BulkItem, "status" | "outcome" | "problem"> => {
  const refused = refusalIn(error);
  return { status: refused.status, outcome: "failed", problem: toldProblem(refused) };
};

const attempt = async <Op extends { readonly op: string }>(
  write: BulkWrite,
  lookup: VersionsLookup,
  kind: BulkKind<Op>,
  operation: Op,
  index: number,
): Promise<Attempt> => {
  const templateId = kind.templateOf(operation);
  const about = { index, op: operation.op, ...(templateId !== undefined && { templateId }) };
  try {
    const single = kind.single(operation);
    admit(single.access, write.ctx.actor);
    admitBound(single, write.ctx.actor);
    const { changeId, warnings = [], ...done } = await inSavepoint(write.trx, () => kind.carryOut(write, operation));
    lookup.forget({ kind: "template", tenant: write.ctx.tenantId, id: done.templateId });
    const told = { ...done, ...(warnings.length > 0 && { warnings: firstItems(warnings) }) };
    return { item: { ...about, status: done.outcome === "created" ? 201 : 200, ...told }, changeId };
  } catch (error) {
    return { item: { ...about, ...refusal(error) } };
  }
};

/** Imports hold many locks, too, in orders of their own: they wait for bulk requests, which do not wait for each other. */
const lockTemplates = async <Op extends { readonly op: string }>(
  { trx, ctx }: BulkWrite,
  kind: BulkKind<Op>,
  operations: readonly Op[],
): Promise<void> => {
  await shareLockUntilEnd(trx, importLock(ctx.tenantId));
  const named = operations.map(kind.templateOf).filter((id) => id !== undefined);
  await lockAllUntilEnd(
    trx,
    named.map((id) => templateLock(ctx.tenantId, id)),
  );
};

/** More than these are looked up one by one, if at all. */
const fetchedFirstMax = 2_000;
/** All operations of a request share what is looked up. */
const resourcesMax = 20_000;

/** Asks for the agents of all operations together, and waits for nobody under their locks. */
const fetchAgents = async <Op extends { readonly op: string }>(
  { ctx }: BulkWrite,
  kind: BulkKind<Op>,
  operations: readonly Op[],
  lookup: VersionsLookup,
): Promise<void> => {
  const agents = operations
    .flatMap((operation) => kind.dependsOn(operation, ctx.tenantId))
    .filter((resource) => resource.kind === "agent");
  const each = new Map(agents.map((agent) => [`${agent.tenant}/${agent.id}`, agent]));
  // Whatever fails here fails again for the operation that cannot do without.
  await lookup.fetch([...each.values()].slice(0, fetchedFirstMax)).catch(() => undefined);
};

/**
 * Carries many operations out in one transaction, one after the other, each in a part of it that may fail by itself. All
 * locks are taken before the first, in one order: requests that concern the same templates never wait in a circle.
 */
export const carryOutBulk = async <Op extends { readonly op: string }>(
  deps: Deps,
  ctx: RequestContext,
  kind: BulkKind<Op>,
  { operations, atomic, dryRun }: BulkOrder<Op>,
): Promise<CarriedOut> => {
  const { publishChecks } = await getSettings(deps, ctx);
  const work = async (trx: TenantTransaction<DB>): Promise<CarriedOut> => {
    const lookup = versionsLookup(deps, ctx, { read: readWithin(trx), resourcesMax });
    const checkOf: BulkWrite["checkOf"] = (publication, said) => () => {
      const order = { policy: policyFor(publishChecks, said), force: said.force };
      return makeChecks(deps, ctx, toBeChecked(ctx, publication), order, lookup);
    };
    const write = { trx, ctx, now: deps.now, checkOf };
    if (publishChecks !== "off") await fetchAgents(write, kind, operations, lookup);
    await lockTemplates(write, kind, operations);
    const attempts: Attempt[] = [];
    const all = async (): Promise<void> => {
      for (const [index, operation] of operations.entries()) {
        attempts.push(await attempt(write, lookup, kind, operation, index));
        // Others must not wait for a thousand operations.
        await nextTurn();
      }
      if (atomic && attempts.some(({ item }) => item.outcome === "failed")) throw new NothingApplied();
    };
    await inSavepoint(trx, all).catch((error: unknown) => {
      if (!(error instanceof NothingApplied)) throw error;
    });
    const items = attempts.map(({ item }) => item);
    const result = resultOf(items, { dryRun, atomic });
    const changeId = result.applied ? attempts.findLast((each) => each.changeId !== undefined)?.changeId : undefined;
    return { result, changeId };
  };
  return await inTenant(deps.db, ctx, work, { dryRun });
};
