import type { OperationInput, OperationSuccess } from "@nofx/contract-kit";
import type { suggestSearch as SuggestSearch } from "@nofx/contract-search";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { addressOf } from "./hit.rules.ts";
import { suggestRequestOf } from "./search-request.rules.ts";

/** What may be meant by what has been typed so far. Nothing of it is kept. */
export const suggestSearch = async (
  { recent: { engine, index } }: Pick<Deps, "recent">,
  ctx: RequestContext,
  query: OperationInput<typeof SuggestSearch>["query"],
): Promise<OperationSuccess<typeof SuggestSearch>["body"]> => {
  const request = suggestRequestOf(query, ctx);
  const generation = await index.generation();
  if (!request || generation === 0) return { suggestions: [] };
  const suggested = await engine.suggest(generation, request);
  return {
    suggestions: suggested.map(({ name, type, tenant, id }) => ({
      text: name,
      type,
      tenant,
      id,
      url: addressOf({ type, tenant, id }),
    })),
  };
};
