import type { AgentVersionDocument, Deprecation } from "@nofx/contract-registry";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { deprecationOf } from "../lifecycle/deprecation.rules.ts";
import { problem } from "../problem.ts";
import type { AgentAddress } from "./address.ts";
import { findDocument, findFile } from "./agent.store.ts";
import { visibleAgent } from "./get-agent.ts";

/** A published version: its canonical text, the digest of it, and whether it or its agent is deprecated. */
export const getAgentVersion = async (
  deps: Deps,
  ctx: RequestContext,
  address: AgentAddress,
  version: string,
): Promise<{ text: string; digest: string; deprecation: Deprecation | undefined }> => {
  const agent = await visibleAgent(deps, ctx, address);
  const found = await findDocument(deps.db, ctx, address, version);
  if (!found) throw problem("version_not_found");
  const { text, digest, summary } = found;
  return { text, digest, deprecation: deprecationOf(agent.summary, summary) };
};

/** A file of a published version. */
export const getAgentFile = async (
  deps: Deps,
  ctx: RequestContext,
  address: AgentAddress,
  version: string,
  path: string,
): Promise<{ content: Buffer; digest: string; deprecation: Deprecation | undefined }> => {
  const { text, deprecation } = await getAgentVersion(deps, ctx, address, version);
  const document = JSON.parse(text) as AgentVersionDocument;
  const file = document.files?.find((candidate) => candidate.path === path);
  const content = file && (await findFile(deps.db, ctx, address, file.digest));
  if (!file || !content) throw problem("file_not_found");
  return { content, digest: file.digest, deprecation };
};
