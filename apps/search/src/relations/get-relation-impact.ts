import type { OperationInput } from "@nofx/contract-kit";
import { type getRelationImpact as GetRelationImpact, relationLimits } from "@nofx/contract-search";
import { keyText } from "@nofx/search-core";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { touched } from "./graph.rules.ts";
import { impactOf, type Need } from "./impact.rules.ts";
import { notFound, relatedKey } from "./related-key.ts";
import { listRelated, listWalkedEdges, type RelatedResource } from "./relation.store.ts";

type Input = Pick<OperationInput<typeof GetRelationImpact>, "params" | "query">;

/** A record lists the highest versions: of such a resource, lower ones are not known. */
const hasMore = ({ versions, versionCount }: RelatedResource): boolean => versionCount > versions.length;

/** What breaks without a version. @throws resource_not_found, version_not_found */
export const getRelationImpact = async (deps: Deps, ctx: RequestContext, { params, query }: Input) => {
  const { version, limit } = query;
  const root = relatedKey(ctx, { ...params, tenant: query.tenant });
  const [resource] = await listRelated(deps.db.reads, ctx, [root]);
  if (!resource) throw notFound(root);
  const isPublished = resource.versions.some((each) => each.version === version && each.status !== "draft");
  if (!isPublished && !hasMore(resource)) throw problem("version_not_found");
  const { depthMax: depth, impactEdgesMax } = relationLimits;
  const walk = { root, direction: "used-by", relations: ["uses"], depth, limit: impactEdgesMax } as const;
  const edges = await listWalkedEdges(deps.db.reads, ctx, walk);
  const resources = [resource, ...(await listRelated(deps.db.reads, ctx, touched(edges)))];
  const known = new Map(resources.map((each) => [keyText(each), each]));
  const needs = edges.flatMap(({ relation: _relation, dead: _dead, depth: _depth, version: by, ...edge }): Need[] =>
    by === undefined ? [] : [{ ...edge, version: by }],
  );
  const dependents = impactOf(root, version, needs, new Map([...known].map(([key, each]) => [key, each.versions])));
  const breaking = dependents.filter(({ breaks }) => breaks).length;
  const isUnsure = dependents.some(({ on, reason, satisfiedBy }) => {
    const target = known.get(keyText(on));
    return reason === "range" && satisfiedBy === undefined && target !== undefined && hasMore(target);
  });
  return {
    version,
    breaking,
    satisfied: dependents.length - breaking,
    dependents: dependents.slice(0, limit),
    truncated: dependents.length > limit || edges.length > impactEdgesMax || isUnsure,
  };
};
