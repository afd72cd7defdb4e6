import type { Resolution } from "@nofx/contract-registry";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { type ResolveRequest, resolveAll } from "./resolve-agents.ts";

/** Which version an orchestrator should run. */
export const resolveAgent = async (deps: Deps, ctx: RequestContext, request: ResolveRequest): Promise<Resolution> => {
  const [outcome] = await resolveAll(deps, ctx, [request]);
  if (!outcome) throw problem("agent_not_found");
  if (outcome.ok) return outcome.resolution;
  const { code, detail, members } = outcome;
  const errors = code === "request_invalid" && [
    { path: "$.query.range", message: detail ?? "", code: "invalid_range" },
  ];
  throw problem(code, {
    ...(detail !== undefined && { detail }),
    ...(members && { members }),
    ...(errors && { errors }),
  });
};
