import { searchContract } from "@nofx/contract-search";
import { answer, mount, type Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { getRelationImpact } from "./get-relation-impact.ts";
import { getRelations } from "./get-relations.ts";

const { operations } = searchContract;

export const relationRoutes = (service: Service, deps: Deps): void => {
  mount(service, operations.getRelations, async (ctx, input) =>
    answer(200, { body: await getRelations(deps, ctx, input) }),
  );

  mount(service, operations.getRelationImpact, async (ctx, input) =>
    answer(200, { body: await getRelationImpact(deps, ctx, input) }),
  );
};
