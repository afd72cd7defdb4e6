import { registryContract } from "@nofx/contract-registry";
import { answer, mount, type Service } from "@nofx/service-kit";
import { deprecationHeaders } from "@nofx/versioning";
import type { Deps } from "../deps.ts";
import { getCandidates } from "./get-candidates.ts";
import { resolveAgent } from "./resolve-agent.ts";
import { resolveAgents } from "./resolve-agents.ts";

const { operations } = registryContract;

export const resolveRoutes = (service: Service, deps: Deps): void => {
  mount(
    service,
    operations.resolveAgent,
    async (ctx, { params, query }) => {
      const resolution = await resolveAgent(deps, ctx, { ...query, agentId: params.agentId });
      return answer(200, { body: resolution, headers: deprecationHeaders(resolution.deprecation) });
    },
    { cache: deps.answers },
  );

  mount(service, operations.resolveAgents, async (ctx, { body }) =>
    answer(200, { body: { results: await resolveAgents(deps, ctx, body.agents) } }),
  );

  mount(service, operations.getAgentCandidates, async (ctx, { body }) =>
    answer(200, { body: { results: await getCandidates(deps, ctx, body.agents) } }),
  );
};
