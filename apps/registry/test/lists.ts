import { unwrap } from "@nofx/client";
import { expect } from "vitest";
import type { RegistryClient, TestRegistry } from "./registry.ts";

/** What a list may be asked for. */
export type ListQuery = NonNullable<Parameters<RegistryClient["listAgents"]>[0]>;

/** Publishes agents, one after the other, as one publisher of a tenant. */
export const publishMany = async (
  { as, given }: TestRegistry,
  tenant: string,
  ids: readonly string[],
  visibility: "public" | "private",
): Promise<RegistryClient> => {
  const publisher = as(await given.publisher(tenant));
  for (const agentId of ids) await unwrap(publisher.publishAgent({ body: given.manifest({ agentId }), visibility }));
  return publisher;
};

/** All agents of a list as `tenant/agentId`, read page by page. */
export const walk = async (client: RegistryClient, query: ListQuery, limit: number): Promise<string[]> => {
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await unwrap(client.listAgents({ ...query, limit, ...(cursor && { cursor }) }));
    expect(page.agents.length).toBeLessThanOrEqual(limit);
    names.push(...page.agents.map(({ tenant, agentId }) => `${tenant}/${agentId}`));
    cursor = page.nextCursor;
  } while (cursor);
  return names;
};
