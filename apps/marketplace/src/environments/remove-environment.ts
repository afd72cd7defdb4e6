import type { EnvironmentState, KeptEnvironment } from "@nofx/contract-marketplace";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { timeAfter } from "../templates/template.rules.ts";
import { keptInState, recordEnvironmentEvent, withEnvironmentsLocked } from "./change-environments.ts";
import { keptExtending } from "./environment.rules.ts";
import { deleteKept } from "./environment.store.ts";
import { declaredIn, stateAfter, versionRun } from "./version-run.ts";

/** What was kept, and what remains. */
export interface RemovedEnvironment {
  readonly removed: KeptEnvironment;
  readonly environment?: EnvironmentState;
  readonly changeId: string;
}

/** Keeps an environment no longer; what the version declares stays. @throws environment_not_found, environment_in_use */
export const removeEnvironment = async (
  deps: Deps,
  ctx: RequestContext,
  address: TemplateAddress,
  name: string,
): Promise<RemovedEnvironment> =>
  await withEnvironmentsLocked(
    deps,
    ctx,
    address,
    async (trx, standing) => {
      const before = keptInState(ctx, standing.stored, name);
      if (!before) throw problem("environment_not_found");
      const dependents = keptExtending(standing.stored, name);
      if (dependents.length > 0) {
        throw problem("environment_in_use", { detail: `${dependents.join(", ")} of yours extend it.` });
      }
      await deleteKept(trx, ctx, address, name);
      const run = await versionRun(trx, address, standing, {});
      const stored = standing.stored.filter((one) => one !== before);
      const remains = Object.hasOwn(declaredIn(run), name) && { environment: stateAfter(standing, run, stored, name) };
      const changeId = await recordEnvironmentEvent(trx, ctx, timeAfter(deps.now(), before.updatedAt), address, {
        type: "template.environment_removed",
        environment: name,
        version: before.kept.version ?? run.version,
        before: before.kept,
        after: undefined,
      });
      return { removed: before.kept, ...remains, changeId };
    },
    { dryRun: false },
  );
