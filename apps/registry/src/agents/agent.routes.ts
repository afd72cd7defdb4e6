import { registryContract } from "@nofx/contract-registry";
import { mediaTypeOf } from "@nofx/manifest";
import { answer, changeHeader, mount, type Service } from "@nofx/service-kit";
import { deprecationHeaders, immutable, untrusted } from "@nofx/versioning";
import type { Deps } from "../deps.ts";
import { addressOf } from "./address.ts";
import { diffAgentVersions, diffAgentVersionsAsText } from "./diff-agent-versions.ts";
import { getAgent } from "./get-agent.ts";
import { getAgentFile, getAgentVersion } from "./get-agent-version.ts";
import { listAgentVersions } from "./list-agent-versions.ts";
import { listAgents } from "./list-agents.ts";
import { publish } from "./publish-agent.ts";
import { rollBack } from "./rollback-agent.ts";
import { validateAgent } from "./validate-agent.ts";

const { operations } = registryContract;

export const agentRoutes = (service: Service, deps: Deps): void => {
  const cached = { cache: deps.answers };

  mount(
    service,
    operations.listAgents,
    async (ctx, { query }) => answer(200, { body: await listAgents(deps, ctx, query) }),
    cached,
  );

  mount(
    service,
    operations.getAgent,
    async (ctx, { params, query }) => {
      const address = addressOf(deps, ctx, params.agentId, query.tenant);
      const { agent, revision, deprecation } = await getAgent(deps, ctx, address);
      return answer(200, { body: { agent }, revision, headers: deprecationHeaders(deprecation) });
    },
    cached,
  );

  mount(
    service,
    operations.listAgentVersions,
    async (ctx, { params, query }) => {
      const address = addressOf(deps, ctx, params.agentId, query.tenant);
      return answer(200, { body: await listAgentVersions(deps, ctx, address, query) });
    },
    cached,
  );

  mount(
    service,
    operations.getAgentVersion,
    async (ctx, { params, query }) => {
      const address = addressOf(deps, ctx, params.agentId, query.tenant);
      const { text, digest, deprecation } = await getAgentVersion(deps, ctx, address, params.version);
      return answer(200, { text, etag: digest, headers: immutable(ctx, deprecation) });
    },
    cached,
  );

  mount(
    service,
    operations.getAgentFile,
    async (ctx, { params, query }) => {
      const address = addressOf(deps, ctx, params.agentId, query.tenant);
      const found = await getAgentFile(deps, ctx, address, params.version, params.path);
      const { content, digest } = found;
      const headers = { ...immutable(ctx, found.deprecation), ...untrusted };
      return answer(200, { bytes: content, mediaType: mediaTypeOf(params.path), etag: digest, headers });
    },
    cached,
  );

  mount(
    service,
    operations.diffAgentVersions,
    async (ctx, { params, query }) => {
      const address = addressOf(deps, ctx, params.agentId, query.tenant);
      if (ctx.mediaType !== "text/plain") {
        return answer(200, { body: await diffAgentVersions(deps, ctx, address, query) });
      }
      const text = await diffAgentVersionsAsText(deps, ctx, address, query);
      return answer(200, { bytes: Buffer.from(text), mediaType: "text/plain" as const, headers: untrusted });
    },
    cached,
  );

  mount(service, operations.publishAgent, async (ctx, { body, query }) => {
    const options = { dryRun: query.dryRun === "true", draft: query.draft === "true", visibility: query.visibility };
    const { result, changeId } = await publish(deps, ctx, body, options);
    if (result.dryRun) return answer(200, { body: result });
    const content = { body: result, headers: changeHeader(changeId) };
    return result.outcome === "created" ? answer(201, content) : answer(200, content);
  });

  mount(service, operations.validateAgent, async (_ctx, { body }) => answer(200, { body: validateAgent(body) }));

  mount(service, operations.rollbackAgent, async (ctx, { params, query, body }) => {
    const order = { ...body, dryRun: query.dryRun === "true" };
    const { changeId, ...result } = await rollBack(deps, ctx, params.agentId, order);
    return answer(200, { body: result, headers: changeHeader(changeId) });
  });
};
