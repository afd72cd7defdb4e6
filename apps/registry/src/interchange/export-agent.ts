import type { AgentVersionDocument, ExportResult, InterchangeFormat } from "@nofx/contract-registry";
import { exportDocument, fileNameOf, originalOf, sha256 } from "@nofx/manifest";
import type { RequestContext } from "@nofx/service-kit";
import type { AgentAddress } from "../agents/address.ts";
import { findFile } from "../agents/agent.store.ts";
import { getAgent } from "../agents/get-agent.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { findPublished } from "./interchange.store.ts";

export interface ExportOrder {
  readonly format: InterchangeFormat;
  /** Default: the current version. */
  readonly version?: string | undefined;
  /** Whether an original in that version of the format will do. */
  readonly suits?: (formatVersion: string) => boolean;
}

/** The document that a version was imported from, if it was imported from that format. */
const findOriginal = async (
  deps: Deps,
  ctx: RequestContext,
  address: AgentAddress,
  document: AgentVersionDocument,
  { format, suits = () => true }: ExportOrder,
): Promise<ExportResult | undefined> => {
  const original = originalOf(document, format);
  if (!original || !suits(original.formatVersion)) return undefined;
  const bytes = await findFile(deps.db, ctx, address, original.digest);
  if (!bytes) throw new Error(`File ${original.digest} of ${address.tenant}/${address.agentId} is missing`);
  const content = bytes.toString("utf8");
  return { ...original, format, fileName: fileNameOf(format), content, original: true, losses: [] };
};

/** A version as a document of another ecosystem: the one it came from, or one that is made. */
export const exportAgent = async (
  deps: Deps,
  ctx: RequestContext,
  address: AgentAddress,
  order: ExportOrder,
): Promise<ExportResult> => {
  const { agent } = await getAgent(deps, ctx, address);
  const found = await findPublished(deps.db, ctx, address, order.version ?? agent.currentVersion);
  if (!found) throw problem("version_not_found");
  const original = await findOriginal(deps, ctx, address, found.document, order);
  if (original) return original;
  const context = { tenant: address.tenant, publishedAt: found.publishedAt };
  const exported = exportDocument(order.format, found.document, context);
  if ("obstacle" in exported) throw problem("not_exportable", { detail: exported.obstacle });
  return { ...exported, digest: sha256(exported.content), original: false, losses: [...exported.losses] };
};
