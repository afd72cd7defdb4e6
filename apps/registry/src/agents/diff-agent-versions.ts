import type { OperationSuccess } from "@nofx/contract-kit";
import type { AgentVersionDocument, diffAgentVersions as DiffAgentVersions } from "@nofx/contract-registry";
import { type Published, publicationDiff } from "@nofx/document";
import { classify } from "@nofx/manifest";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import type { AgentAddress } from "./address.ts";
import { findFile } from "./agent.store.ts";
import { getAgentVersion } from "./get-agent-version.ts";

export interface VersionPair {
  readonly from: string;
  readonly to: string;
}

const documentsOf = async (deps: Deps, ctx: RequestContext, address: AgentAddress, { from, to }: VersionPair) => {
  const read = async (version: string) =>
    JSON.parse((await getAgentVersion(deps, ctx, address, version)).text) as AgentVersionDocument;
  const [before, after] = await Promise.all([read(from), read(to)]);
  return { before, after };
};

/** What differs between two versions, and what that means. */
export const diffAgentVersions = async (
  deps: Deps,
  ctx: RequestContext,
  address: AgentAddress,
  pair: VersionPair,
): Promise<OperationSuccess<typeof DiffAgentVersions>["body"]> => {
  const { before, after } = await documentsOf(deps, ctx, address, pair);
  const { bump, differences } = classify(before, after);
  return { agentId: address.agentId, from: pair.from, to: pair.to, bump, differences };
};

/** The same for people: a unified diff of the documents, and of the text files that differ. */
export const diffAgentVersionsAsText = async (
  deps: Deps,
  ctx: RequestContext,
  address: AgentAddress,
  pair: VersionPair,
): Promise<string> => {
  const { before, after } = await documentsOf(deps, ctx, address, pair);
  const published = (label: string, document: AgentVersionDocument): Published => ({
    label,
    document,
    contentOf: (digest) => findFile(deps.db, ctx, address, digest),
  });
  return await publicationDiff("agent.json", published(pair.from, before), published(pair.to, after));
};
