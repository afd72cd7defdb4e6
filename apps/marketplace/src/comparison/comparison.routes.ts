import { marketplaceContract } from "@nofx/contract-marketplace";
import { answer, mount, type Service } from "@nofx/service-kit";
import { untrusted } from "@nofx/versioning";
import type { Deps } from "../deps.ts";
import { addressOf } from "../templates/address.ts";
import { diffTemplateVersions, diffTemplateVersionsAsText } from "./diff-template-versions.ts";

const { operations } = marketplaceContract;

export const comparisonRoutes = (service: Service, deps: Deps): void => {
  mount(service, operations.diffTemplateVersions, async (ctx, { params: { templateId }, query }) => {
    const { withTenant, withTemplate } = query;
    const first = addressOf(ctx, templateId, query.tenant);
    const isSame = withTenant === undefined && withTemplate === undefined;
    const second = isSame ? first : addressOf(ctx, withTemplate ?? templateId, withTenant);
    const pair = { from: { ...first, version: query.from }, to: { ...second, version: query.to } };
    const { mediaType } = ctx;
    if (mediaType !== "text/plain" && mediaType !== "text/x-diff") {
      return answer(200, { body: await diffTemplateVersions(deps, ctx, pair) });
    }
    const text = await diffTemplateVersionsAsText(deps, ctx, pair);
    return answer(200, { bytes: Buffer.from(text), mediaType, headers: untrusted });
  });
};
