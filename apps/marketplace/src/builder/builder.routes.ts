import { marketplaceContract } from "@nofx/contract-marketplace";
import { answer, changeHeader, mount, type Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { builderError } from "./builder-errors.ts";
import { compile } from "./compile-prompt.ts";
import { createPrompt } from "./create-prompt.ts";
import { deployPrompt } from "./deploy-prompt.ts";
import { importStore } from "./import-store.ts";
import { getPrompt, listBuilderTemplates } from "./read-prompts.ts";
import { runPrompt } from "./run-prompt.ts";
import { updatePrompt } from "./update-prompt.ts";

const { operations } = marketplaceContract;

/** Errors bear what the builder's callers know beside the problem. */
const asBuilder = { alsoTell: builderError };

export const builderRoutes = (service: Service, deps: Deps): void => {
  mount(
    service,
    operations.listBuilderTemplates,
    async (ctx, { query }) => answer(200, { body: await listBuilderTemplates(deps, ctx, query) }),
    asBuilder,
  );
  mount(
    service,
    operations.createBuilderTemplate,
    async (ctx, { body }) => {
      const { template, changeId } = await createPrompt(deps, ctx, body);
      return answer(201, { body: template, headers: changeHeader(changeId) });
    },
    asBuilder,
  );
  mount(
    service,
    operations.getBuilderTemplate,
    async (ctx, { params }) => {
      const { shown, revision } = await getPrompt(deps, ctx, params.id);
      return answer(200, { body: shown, revision });
    },
    asBuilder,
  );
  mount(
    service,
    operations.updateBuilderTemplate,
    async (ctx, { params, body }) => {
      const { template, changeId } = await updatePrompt(deps, ctx, params.id, body);
      return answer(200, { body: template, headers: changeHeader(changeId) });
    },
    asBuilder,
  );
  mount(
    service,
    operations.deployBuilderTemplate,
    async (ctx, { params, body }) => {
      const { template, changeId } = await deployPrompt(deps, ctx, params.id, body);
      return answer(200, { body: template, headers: changeHeader(changeId) });
    },
    asBuilder,
  );
  mount(
    service,
    operations.getBuilderHistory,
    async (ctx, { params }) => {
      const { shown } = await getPrompt(deps, ctx, params.id);
      return answer(200, { body: { history: shown.history } });
    },
    asBuilder,
  );
  mount(
    service,
    operations.compileBuilderTemplate,
    async (ctx, { params, body }) => {
      const { compiled } = await compile(deps, ctx, params.id, body);
      return answer(200, { body: compiled });
    },
    asBuilder,
  );
  mount(
    service,
    operations.runBuilderTemplate,
    async (ctx, { params, body }) => answer(201, { body: await runPrompt(deps, ctx, params.id, body) }),
    asBuilder,
  );
  mount(
    service,
    operations.importBuilderStore,
    async (ctx, { body }) => answer(200, { body: await importStore(deps, ctx, body) }),
    asBuilder,
  );
};
