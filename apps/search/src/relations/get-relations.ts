import type { OperationInput } from "@nofx/contract-kit";
import { type getRelations as GetRelations, RelationKind } from "@nofx/contract-search";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { relatedNodes, touched } from "./graph.rules.ts";
import { notFound, relatedKey } from "./related-key.ts";
import { listRelated, listWalkedEdges } from "./relation.store.ts";

type Input = Pick<OperationInput<typeof GetRelations>, "params" | "query">;

/** What a resource depends on, and what uses it. @throws resource_not_found */
export const getRelations = async (deps: Deps, ctx: RequestContext, { params, query }: Input) => {
  const root = relatedKey(ctx, { ...params, tenant: query.tenant });
  const [resource] = await listRelated(deps.db.reads, ctx, [root]);
  if (!resource) throw notFound(root);
  const { depth, limit } = query;
  const relations = query.relation === "any" ? RelationKind.options : [query.relation];
  const directions = query.direction === "both" ? (["depends-on", "used-by"] as const) : ([query.direction] as const);
  const walks = await Promise.all(
    directions.map(async (direction) => {
      const found = await listWalkedEdges(deps.db.reads, ctx, { root, direction, relations, depth, limit });
      return {
        edges: found.slice(0, limit).map((edge) => ({ ...edge, direction })),
        truncated: found.length > limit,
      };
    }),
  );
  const edges = walks.flatMap((walk) => walk.edges);
  const resources = await listRelated(deps.db.reads, ctx, touched(edges));
  return {
    nodes: relatedNodes(resource, edges, resources),
    edges,
    truncated: walks.some(({ truncated }) => truncated),
  };
};
