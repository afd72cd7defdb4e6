import { marketplaceContract } from "@nofx/contract-marketplace";
import { answer, changeHeader, mount, type Service } from "@nofx/service-kit";
import { builderError } from "../builder/builder-errors.ts";
import type { Deps } from "../deps.ts";
import { carryOutBulk } from "./carry-out-bulk.ts";
import { promptOperations } from "./prompt-operations.ts";
import { templateOperations } from "./template-operations.ts";

const { operations } = marketplaceContract;

export const bulkRoutes = (service: Service, deps: Deps): void => {
  mount(service, operations.bulkTemplates, async (ctx, { query, body }) => {
    const order = { ...body, dryRun: query.dryRun === "true" };
    const { result, changeId } = await carryOutBulk(deps, ctx, templateOperations, order);
    return answer(200, { body: result, headers: changeHeader(changeId) });
  });

  mount(
    service,
    operations.bulkBuilderTemplates,
    async (ctx, { query, body }) => {
      const order = { ...body, dryRun: query.dryRun === "true" };
      const { result, changeId } = await carryOutBulk(deps, ctx, promptOperations, order);
      return answer(200, { body: result, headers: changeHeader(changeId) });
    },
    { alsoTell: builderError },
  );
};
