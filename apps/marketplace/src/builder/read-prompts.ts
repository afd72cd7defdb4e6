import type { OperationInput } from "@nofx/contract-kit";
import type {
  BuilderTemplate,
  listBuilderTemplates as ListBuilderTemplates,
  TemplateFacets,
} from "@nofx/contract-marketplace";
import { inTenant } from "@nofx/db-kit";
import { cursorCodec, type RequestContext, toPage } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { countFacets } from "../templates/list-templates.ts";
import { listName, positionOf, selectionOf } from "../templates/template-list.rules.ts";
import { addPrompt } from "./create-prompt.ts";
import { findPrompt, findPrompts, listPrompts, type StoredPrompt } from "./prompt.store.ts";
import { hasPrompts } from "./prompt-writes.store.ts";
import { seeds } from "./seeds.ts";

type PromptQuery = OperationInput<typeof ListBuilderTemplates>["query"];

export interface PromptList {
  readonly templates: BuilderTemplate[];
  readonly nextCursor?: string;
  readonly total?: number;
  readonly facets?: TemplateFacets;
}

const pageDefault = 25;
/** More than any tenant has. */
const everyPrompt = 1_000_000;

/** Puts the first prompts into a tenant that has none. Not in the caller's name: a reader may not publish. */
const plantSeeds = async (deps: Deps, ctx: RequestContext): Promise<void> => {
  // A service that belongs to no tenant.
  if (ctx.tenantId === "") return;
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
const listAll = async (deps: Deps, ctx: RequestContext): Promise<BuilderTemplate[]> => {
  const found = await listPrompts(deps.db, ctx);
  if (found.length > 0) return found.map(({ shown }) => shown);
  await plantSeeds(deps, ctx);
  return (await listPrompts(deps.db, ctx)).map(({ shown }) => shown);
};

/** Those that fit, a page of them or all. */
const listSome = async (deps: Deps, ctx: RequestContext, query: PromptQuery): Promise<PromptList> => {
  // A disabled prompt is not in the builder, whatever is asked for.
  const prompts = { within: [`tenant:${ctx.tenantId}`, "kind:prompt", "is:listed"] };
  const filter = { ...query, ...prompts };
  const selection = selectionOf(filter);
  const cursors = cursorCodec(`prompts in ${listName(selection)}`, positionOf(selection));
  const limit = query.limit ?? (query.cursor === undefined ? everyPrompt : pageDefault);
  const page = { after: cursors.decode(query.cursor), limit: limit + 1 };
  if ((await findPrompts(deps.db, ctx, selectionOf(prompts), { after: undefined, limit: 1 })).length === 0) {
    await plantSeeds(deps, ctx);
  }
  const [found, counts] = await Promise.all([
    findPrompts(deps.db, ctx, selection, page),
    countFacets(deps, ctx, filter, query.facets),
  ]);
  const { items, ...next } = toPage(found, limit, ({ position }) => cursors.encode(position));
  return { templates: items.map(({ shown }) => shown), ...next, ...counts };
};

/** The prompts of the caller's tenant: all of them if nothing is asked for, as ever. */
export const listBuilderTemplates = async (deps: Deps, ctx: RequestContext, query: PromptQuery): Promise<PromptList> =>
  Object.values(query).every((value) => value === undefined)
    ? { templates: await listAll(deps, ctx) }
    : await listSome(deps, ctx, query);

/** @throws template_not_found */
export const getPrompt = async (deps: Deps, ctx: RequestContext, id: string): Promise<StoredPrompt> => {
  const found = await findPrompt(deps.db, ctx, id);
  if (!found) throw problem("template_not_found");
  return found;
};
