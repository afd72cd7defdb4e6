import { marketplaceContract } from "@nofx/contract-marketplace";
import { mediaTypeOf } from "@nofx/document";
import { answer, changeHeader, mount, type Service } from "@nofx/service-kit";
import { deprecationHeaders, immutable, untrusted } from "@nofx/versioning";
import type { Deps } from "../deps.ts";
import { addressOf } from "./address.ts";
import { getTemplate } from "./get-template.ts";
import { getTemplateFile, getTemplateVersion } from "./get-template-version.ts";
import { judgeTemplate } from "./judge-template.ts";
import { listTemplateVersions } from "./list-template-versions.ts";
import { listTemplates } from "./list-templates.ts";
import { publish } from "./publish-template.ts";
import { rollBack } from "./rollback-template.ts";

const { operations } = marketplaceContract;

const reads = (service: Service, deps: Deps): void => {
  const cached = { cache: deps.answers };

  mount(
    service,
    operations.listTemplates,
    async (ctx, { query }) => answer(200, { body: await listTemplates(deps, ctx, query) }),
    cached,
  );

  mount(
    service,
    operations.getTemplate,
    async (ctx, { params, query }) => {
      const address = addressOf(ctx, params.templateId, query.tenant);
      const { template, revision, deprecation } = await getTemplate(deps, ctx, address);
      return answer(200, { body: { template }, revision, headers: deprecationHeaders(deprecation) });
    },
    cached,
  );

  mount(
    service,
    operations.listTemplateVersions,
    async (ctx, { params, query }) => {
      const address = addressOf(ctx, params.templateId, query.tenant);
      return answer(200, { body: await listTemplateVersions(deps, ctx, address, query) });
    },
    cached,
  );

  mount(
    service,
    operations.getTemplateVersion,
    async (ctx, { params, query }) => {
      const address = addressOf(ctx, params.templateId, query.tenant);
      const { text, digest, deprecation } = await getTemplateVersion(deps, ctx, address, params.version);
      return answer(200, { text, etag: digest, headers: immutable(ctx, deprecation) });
    },
    cached,
  );

  mount(service, operations.getTemplateFile, async (ctx, { params, query }) => {
    const address = addressOf(ctx, params.templateId, query.tenant);
    const found = await getTemplateFile(deps, ctx, address, params.version, params.path);
    const { content, digest } = found;
    const headers = { ...immutable(ctx, found.deprecation), ...untrusted };
    return answer(200, { bytes: content, mediaType: mediaTypeOf(params.path), etag: digest, headers });
  });
};

export const templateRoutes = (service: Service, deps: Deps): void => {
  reads(service, deps);

  mount(service, operations.publishTemplate, async (ctx, { body, query }) => {
    const { dryRun, draft, force, visibility } = query;
    const options = { dryRun: dryRun === "true", draft: draft === "true", force: force === "true", visibility };
    const { result, changeId } = await publish(deps, ctx, body, options);
    if (result.dryRun) return answer(200, { body: result });
    const content = { body: result, headers: changeHeader(changeId) };
    return result.outcome === "created" ? answer(201, content) : answer(200, content);
  });

  mount(service, operations.validateTemplate, async (ctx, { body }) =>
    answer(200, { body: await judgeTemplate(deps, ctx, body) }),
  );

  mount(service, operations.rollbackTemplate, async (ctx, { params, query, body }) => {
    const order = { ...body, dryRun: query.dryRun === "true" };
    const { changeId, ...result } = await rollBack(deps, ctx, params.templateId, order);
    return answer(200, { body: result, headers: changeHeader(changeId) });
  });
};
