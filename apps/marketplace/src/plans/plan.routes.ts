import { marketplaceContract } from "@nofx/contract-marketplace";
import { answer, changeHeader, mount, type Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { addressOf } from "../templates/address.ts";
import { getLock, listOutdated } from "./get-lock.ts";
import { listDependents } from "./list-dependents.ts";
import { lockVersion } from "./lock-version.ts";
import { renderTemplate } from "./render-template.ts";
import { resolveTemplate } from "./resolve-template.ts";
import { getTestReport, testManifest, testVersion } from "./test-template.ts";

const { operations } = marketplaceContract;

const lockRoutes = (service: Service, deps: Deps): void => {
  mount(service, operations.lockTemplateVersion, async (ctx, { params, query, body }) => {
    const order = { version: params.version, environment: query.environment, ...body };
    const { changeId, ...result } = await lockVersion(deps, ctx, params.templateId, order);
    return answer(200, { body: result, headers: changeHeader(changeId) });
  });

  mount(service, operations.getTemplateVersionLock, async (ctx, { params, query }) => {
    const address = addressOf(ctx, params.templateId, query.tenant);
    const { version } = params;
    return answer(200, { body: await getLock(deps, ctx, { ...address, version, environment: query.environment }) });
  });

  mount(service, operations.listOutdatedDependencies, async (ctx, { params, query }) => {
    const address = addressOf(ctx, params.templateId, query.tenant);
    const { version } = params;
    return answer(200, {
      body: await listOutdated(deps, ctx, { ...address, version, environment: query.environment }),
    });
  });

  mount(service, operations.listAgentDependents, async (ctx, { query }) =>
    answer(200, { body: await listDependents(deps, ctx, query) }),
  );
};

const testRoutes = (service: Service, deps: Deps): void => {
  mount(service, operations.testTemplate, async (ctx, { body }) =>
    answer(200, { body: { report: await testManifest(deps, ctx, body) } }),
  );

  mount(service, operations.testTemplateVersion, async (ctx, { params }) => {
    const { changeId, stored } = await testVersion(deps, ctx, params.templateId, params.version);
    return answer(200, { body: stored, headers: changeHeader(changeId) });
  });

  mount(service, operations.getTemplateTestReport, async (ctx, { params, query }) => {
    const address = addressOf(ctx, params.templateId, query.tenant);
    return answer(200, { body: await getTestReport(deps, ctx, address, params.version) });
  });
};

export const planRoutes = (service: Service, deps: Deps): void => {
  lockRoutes(service, deps);
  testRoutes(service, deps);

  mount(service, operations.resolveTemplate, async (ctx, { params, query, body }) => {
    const address = addressOf(ctx, params.templateId, query.tenant);
    return answer(200, { body: await resolveTemplate(deps, ctx, address, body) });
  });

  mount(service, operations.renderTemplate, async (ctx, { params, query, body }) => {
    const address = addressOf(ctx, params.templateId, query.tenant);
    return answer(200, { text: await renderTemplate(deps, ctx, address, body) });
  });
};
