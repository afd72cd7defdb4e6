import { marketplaceContract } from "@nofx/contract-marketplace";
import { answer, changeHeader, mount, type Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { applyCampaign } from "./apply-campaign.ts";
import { cancelCampaign } from "./cancel-campaign.ts";
import { createCampaign } from "./create-campaign.ts";
import { listOutdatedTemplates } from "./list-outdated-templates.ts";
import { getCampaign, listCampaignItems, listCampaigns } from "./read-campaigns.ts";
import { replanCampaign } from "./replan-campaign.ts";

const { operations } = marketplaceContract;

const reads = (service: Service, deps: Deps): void => {
  mount(service, operations.listOutdatedTemplates, async (ctx, { query }) =>
    answer(200, { body: await listOutdatedTemplates(deps, ctx, query) }),
  );

  mount(service, operations.listUpgradeCampaigns, async (ctx, { query }) =>
    answer(200, { body: await listCampaigns(deps, ctx, query) }),
  );

  mount(service, operations.getUpgradeCampaign, async (ctx, { params }) =>
    answer(200, { body: { campaign: await getCampaign(deps, ctx, params.campaignId) } }),
  );

  mount(service, operations.listUpgradeCampaignItems, async (ctx, { params, query }) =>
    answer(200, { body: await listCampaignItems(deps, ctx, params.campaignId, query) }),
  );
};

export const campaignRoutes = (service: Service, deps: Deps): void => {
  reads(service, deps);

  mount(service, operations.createUpgradeCampaign, async (ctx, { body, query }) => {
    const dryRun = query.dryRun === "true";
    const { result, changeId } = await createCampaign(deps, ctx, body, { dryRun });
    return dryRun ? answer(200, { body: result }) : answer(201, { body: result, headers: changeHeader(changeId) });
  });

  mount(service, operations.applyUpgradeCampaign, async (ctx, { params, body }) => {
    const { result, changeId } = await applyCampaign(deps, ctx, params.campaignId, body);
    return answer(200, { body: result, headers: changeHeader(changeId) });
  });

  mount(service, operations.replanUpgradeCampaign, async (ctx, { params, body }) => {
    const { result, changeId } = await replanCampaign(deps, ctx, params.campaignId, body);
    return answer(200, { body: result, headers: changeHeader(changeId) });
  });

  mount(service, operations.cancelUpgradeCampaign, async (ctx, { params, body }) => {
    const { result, changeId } = await cancelCampaign(deps, ctx, params.campaignId, body);
    return answer(200, { body: result, headers: changeHeader(changeId) });
  });
};
