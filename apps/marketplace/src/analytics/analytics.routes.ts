import { marketplaceContract } from "@nofx/contract-marketplace";
import { answer, eventStreamType, mount, type Service } from "@nofx/service-kit";
import { untrusted } from "@nofx/versioning";
import type { Deps } from "../deps.ts";
import { addressOf } from "../templates/address.ts";
import { compareVersionUsage } from "./compare-version-usage.ts";
import { getAnalyticsDashboard, getDashboardCsv } from "./get-analytics-dashboard.ts";
import { getAnalyticsCsv, getTemplateAnalytics } from "./get-template-analytics.ts";
import { streamAnalytics } from "./stream-analytics.ts";

const { operations } = marketplaceContract;

const csv = (text: string, name: string) => ({
  bytes: Buffer.from(text),
  mediaType: "text/csv" as const,
  headers: { ...untrusted, "content-disposition": `attachment; filename="${name}.csv"` },
});

export const analyticsRoutes = (service: Service, deps: Deps): void => {
  mount(service, operations.getTemplateAnalytics, async (ctx, { params, query }) => {
    const address = addressOf(ctx, params.templateId, query.tenant);
    if (ctx.mediaType !== "text/csv") {
      return answer(200, { body: await getTemplateAnalytics(deps, ctx, address, query) });
    }
    return answer(200, csv(await getAnalyticsCsv(deps, ctx, address, query), `runs-${address.templateId}`));
  });

  mount(service, operations.compareTemplateVersionUsage, async (ctx, { params, query }) => {
    const address = addressOf(ctx, params.templateId, query.tenant);
    return answer(200, { body: await compareVersionUsage(deps, ctx, address, query) });
  });

  mount(service, operations.getAnalyticsDashboard, async (ctx, { query }) =>
    ctx.mediaType === "text/csv"
      ? answer(200, csv(await getDashboardCsv(deps, ctx, query), "templates"))
      : answer(200, { body: await getAnalyticsDashboard(deps, ctx, query) }),
  );

  mount(service, operations.streamAnalytics, async (ctx) =>
    answer(200, { stream: await streamAnalytics(deps, ctx), mediaType: eventStreamType }),
  );
};
