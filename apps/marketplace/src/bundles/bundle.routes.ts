import { gzipped, writeJson, writeTar } from "@nofx/bundle";
import type { OperationInput } from "@nofx/contract-kit";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { answer, changeHeader, mount, type RequestContext, type Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { exportBuilder } from "./export-builder.ts";
import { type ExportedBundle, exportBundle } from "./export-bundle.ts";
import { importBundle } from "./import-bundle.ts";

const { operations } = marketplaceContract;
type Query = OperationInput<typeof operations.exportTemplates>["query"];

const each = <T>(values: T | readonly T[] | undefined): readonly T[] | undefined =>
  values === undefined ? undefined : ([values].flat() as readonly T[]);

const selectionOf = ({ id, kind, tag, category, status }: Query) => ({
  ids: each(id),
  kind,
  tags: each(tag) ?? [],
  category,
  status,
});

/** What a bundle looks like in each form. What zlib packs is the same only where zlib is. */
const forms = {
  bundle: {
    mediaType: "application/gzip",
    ending: "tar.gz",
    tag: `gzip-${process.versions.zlib}-${process.arch}`,
    write: ({ index, entries }: ExportedBundle) => gzipped(writeTar(index, entries)),
  },
  tar: {
    mediaType: "application/x-tar",
    ending: "tar",
    tag: "tar",
    write: ({ index, entries }: ExportedBundle) => writeTar(index, entries),
  },
  json: {
    mediaType: "application/json",
    ending: "json",
    tag: "json",
    write: ({ index, entries }: ExportedBundle) => writeJson(index, entries),
  },
};

const attachment = (ctx: RequestContext, name: string) => ({
  "content-disposition": `attachment; filename="templates-${ctx.tenantId}.${name}"`,
});

export const bundleRoutes = (service: Service, deps: Deps): void => {
  mount(service, operations.exportTemplates, async (ctx, { query }) => {
    const selection = selectionOf(query);
    if (query.format === "builder") {
      const stream = await exportBuilder(deps, ctx, selection);
      return answer(200, { stream, mediaType: "application/json", headers: attachment(ctx, "builder.json") });
    }
    const form = forms[query.format];
    const bundle = await exportBundle(deps, ctx, selection);
    const headers = {
      "cache-control": "private, no-cache",
      vary: "authorization",
      etag: `"${bundle.digest}.${form.tag}"`,
      "nofx-bundle": bundle.digest,
      ...attachment(ctx, form.ending),
    };
    return answer(200, { stream: form.write(bundle), mediaType: form.mediaType, headers });
  });

  mount(service, operations.importTemplates, async (ctx, { query, body }) => {
    const { result, changeId } = await importBundle(deps, ctx, body, {
      dryRun: query.dryRun === "true",
      atomic: query.atomic === "true",
      keepsVisibility: query.visibility === "keep",
    });
    return answer(200, { body: result, headers: changeHeader(changeId) });
  });
};
