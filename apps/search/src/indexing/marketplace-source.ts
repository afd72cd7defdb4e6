import { createClient } from "@nofx/client";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { guardedCalls } from "@nofx/track-kit";
import type { Peer } from "../peers.ts";
import {
  amounts,
  bodyOf,
  bodyUnlessFailed,
  callTimeoutMs,
  guard,
  newsOf,
  pageOrder,
  type Source,
  unlessAborted,
} from "./source.ts";

/** The template marketplace as a source of templates. */
export const marketplaceSource = (access: Peer): Source => {
  const marketplace = createClient(marketplaceContract, { ...access, timeoutMs: callTimeoutMs });
  const { run, circuit } = guardedCalls(guard);
  return {
    name: "marketplace",
    type: "template",
    circuit,
    end: (signal) =>
      run(async () => bodyOf(await marketplace.listMarketplaceChanges({ from: "now" }, { signal })).next),
    after: (after, wait, signal) =>
      run(() => {
        const order = { after, wait, limit: amounts.changesMax };
        return unlessAborted(signal, async () => newsOf(await marketplace.listMarketplaceChanges(order, { signal })));
      }),
    records: (keys, signal) =>
      run(async () => {
        const body = { keys: keys.map(({ tenant, id: templateId }) => ({ tenant, templateId })) };
        return bodyUnlessFailed(await marketplace.getTemplateRecords({ body }, { signal }))?.records;
      }),
    page: (cursor, signal) =>
      run(async () => {
        const body = bodyUnlessFailed(await marketplace.listTemplateRecords(pageOrder(cursor), { signal }));
        return body && { records: body.records, nextCursor: body.nextCursor };
      }),
    keys: (cursor, signal) =>
      run(async () => {
        const { keys, nextCursor } = bodyOf(await marketplace.listTemplateRecordKeys(pageOrder(cursor), { signal }));
        return { keys: keys.map(({ tenant, templateId: id }) => ({ type: "template", tenant, id })), nextCursor };
      }),
  };
};
