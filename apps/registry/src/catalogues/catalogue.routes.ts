import { registryContract } from "@nofx/contract-registry";
import { answer, mount, type Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { exportAgent } from "../interchange/export-agent.ts";
import { listCatalogue } from "./list-catalogue.ts";
import { getMcpServerVersion, listMcpServers, listMcpServerVersions } from "./list-mcp-servers.ts";

const { operations } = registryContract;

/** Everybody sees the same, and may keep it for a minute. What publishers wrote is nothing for a browser to run. */
const headers = { "cache-control": "public, max-age=60", "x-content-type-options": "nosniff" };

const isCurrentA2a = (formatVersion: string): boolean => /^1(?:\.|$)/.test(formatVersion);

/** Public reads in the shapes of other ecosystems. */
export const catalogueRoutes = (service: Service, deps: Deps): void => {
  const cached = { cache: deps.answers };

  mount(
    service,
    operations.getAgentCard,
    async (ctx, { params }) => {
      const { content } = await exportAgent(deps, ctx, params, { format: "a2a", suits: isCurrentA2a });
      return answer(200, { text: content, headers });
    },
    cached,
  );

  mount(
    service,
    operations.getArdManifest,
    async (ctx) => answer(200, { body: await listCatalogue(deps, ctx), headers }),
    cached,
  );

  mount(
    service,
    operations.getAiCatalog,
    async (ctx) => {
      const bytes = Buffer.from(JSON.stringify(await listCatalogue(deps, ctx)));
      return answer(200, { bytes, mediaType: "application/ai-catalog+json", headers });
    },
    cached,
  );

  mount(
    service,
    operations.listMcpServers,
    async (ctx, { query }) => answer(200, { text: JSON.stringify(await listMcpServers(deps, ctx, query)), headers }),
    cached,
  );

  mount(
    service,
    operations.listMcpServerVersions,
    async (ctx, { params }) =>
      answer(200, { text: JSON.stringify(await listMcpServerVersions(deps, ctx, params.serverName)), headers }),
    cached,
  );

  mount(
    service,
    operations.getMcpServerVersion,
    async (ctx, { params: { serverName, version } }) =>
      answer(200, { text: JSON.stringify(await getMcpServerVersion(deps, ctx, serverName, version)), headers }),
    cached,
  );
};
