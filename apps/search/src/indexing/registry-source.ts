import { createClient } from "@nofx/client";
import { registryContract } from "@nofx/contract-registry";
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

/** The agent registry as a source of agents. */
export const registrySource = (access: Peer): Source => {
  const registry = createClient(registryContract, { ...access, timeoutMs: callTimeoutMs });
  const { run, circuit } = guardedCalls(guard);
  return {
    name: "registry",
    type: "agent",
    circuit,
    end: (signal) => run(async () => bodyOf(await registry.listChanges({ from: "now" }, { signal })).next),
    after: (after, wait, signal) =>
      run(() => {
        const order = { after, wait, limit: amounts.changesMax };
        return unlessAborted(signal, async () => newsOf(await registry.listChanges(order, { signal })));
      }),
    records: (keys, signal) =>
      run(async () => {
        const body = { keys: keys.map(({ tenant, id: agentId }) => ({ tenant, agentId })) };
        return bodyUnlessFailed(await registry.getAgentRecords({ body }, { signal }))?.records;
      }),
    page: (cursor, signal) =>
      run(async () => {
        const body = bodyUnlessFailed(await registry.listAgentRecords(pageOrder(cursor), { signal }));
        return body && { records: body.records, nextCursor: body.nextCursor };
      }),
    keys: (cursor, signal) =>
      run(async () => {
        const { keys, nextCursor } = bodyOf(await registry.listAgentRecordKeys(pageOrder(cursor), { signal }));
        return { keys: keys.map(({ tenant, agentId: id }) => ({ type: "agent", tenant, id })), nextCursor };
      }),
  };
};
