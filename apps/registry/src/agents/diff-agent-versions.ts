import type { OperationSuccess } from "@nofx/contract-kit";
import type { AgentVersionDocument, diffAgentVersions as DiffAgentVersions } from "@nofx/contract-registry";
import { classify, documentDiff } from "@nofx/manifest";
import type { RequestContext } from "@nofx/service-kit";
import { unifiedDiff } from "@nofx/versioning";
import type { Deps } from "../deps.ts";
import type { AgentAddress } from "./address.ts";
import { findFile } from "./agent.store.ts";
import { changedFiles, textOf } from "./diff.rules.ts";
import { getAgentVersion } from "./get-agent-version.ts";

export interface VersionPair {
  readonly from: string;
  readonly to: string;
}

/** Of how many files the content is compared. */
const filesShown = 50;

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
  const content = async (digest: string | undefined): Promise<string | undefined> =>
    digest === undefined ? "" : textOf(await findFile(deps.db, ctx, address, digest));
  const parts = [documentDiff(before, after)];
  const files = changedFiles(before, after);
  for (const file of files.slice(0, filesShown)) {
    const [old, fresh] = [await content(file.before), await content(file.after)];
    if (old === undefined || fresh === undefined) parts.push(`Binary file ${file.path} differs\n`);
    else parts.push(unifiedDiff(file.path, { label: pair.from, text: old }, { label: pair.to, text: fresh }));
  }
  if (files.length > filesShown) parts.push(`${files.length - filesShown} more files differ\n`);
  return parts.join("");
};
