import type { BuilderTemplate } from "@nofx/contract-marketplace";
import { inTenant } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { addPrompt } from "./create-prompt.ts";
import { findPrompt, listPrompts, type StoredPrompt } from "./prompt.store.ts";
import { hasPrompts } from "./prompt-writes.store.ts";
import { seeds } from "./seeds.ts";

/** Puts the first prompts into a tenant that has none. Not in the caller's name: a reader may not publish. */
const plantSeeds = async (deps: Deps, ctx: RequestContext): Promise<void> => {
  const scope = { ...ctx, subject: "system", once: undefined };
  await inTenant(
    deps.db,
    scope,
    async (trx) => {
      if (await hasPrompts(trx, ctx.tenantId)) return;
      // The first of the list is the latest changed.
      const first = deps.now().getTime() - seeds.length;
      for (const [index, seed] of seeds.toReversed().entries()) {
        await addPrompt(trx, scope, new Date(first + index), seed);
      }
    },
    { lock: `seeds ${ctx.tenantId}` },
  );
};

/** All prompts of the caller's tenant; where there is none, the seeds. */
export const listBuilderTemplates = async (deps: Deps, ctx: RequestContext): Promise<BuilderTemplate[]> => {
  const found = await listPrompts(deps.db, ctx);
  if (found.length > 0) return found.map(({ shown }) => shown);
  await plantSeeds(deps, ctx);
  return (await listPrompts(deps.db, ctx)).map(({ shown }) => shown);
};

/** @throws template_not_found */
export const getPrompt = async (deps: Deps, ctx: RequestContext, id: string): Promise<StoredPrompt> => {
  const found = await findPrompt(deps.db, ctx, id);
  if (!found) throw problem("template_not_found");
  return found;
};
