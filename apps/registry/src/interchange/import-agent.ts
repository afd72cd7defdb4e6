import type { ImportResult } from "@nofx/contract-registry";
import { type ImportOrder, importDocument } from "@nofx/manifest";
import type { RequestContext } from "@nofx/service-kit";
import { type PublishOptions, publish } from "../agents/publish-agent.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";

/** Publishes what another ecosystem's document says, and the document with it. */
export const importAgent = async (
  deps: Deps,
  ctx: RequestContext,
  order: ImportOrder,
  options: PublishOptions,
): Promise<{ readonly result: ImportResult; readonly changeId?: string }> => {
  const imported = importDocument(order);
  if ("problems" in imported) {
    const { problems } = imported;
    throw problem("document_invalid", {
      detail: `${problems.length} ${problems.length === 1 ? "problem" : "problems"} in the document.`,
      errors: problems.map(({ path, message, code }) => ({ path, message, code })),
    });
  }
  const { result, ...rest } = await publish(deps, ctx, imported.manifest, options);
  return { result: { ...result, losses: [...imported.losses] }, ...rest };
};
