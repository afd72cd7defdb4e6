import type { TemplateVersionDocument } from "@nofx/contract-marketplace";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { deprecationOf, type TemplateDeprecation } from "../lifecycle/deprecation.rules.ts";
import { problem } from "../problem.ts";
import type { TemplateAddress } from "./address.ts";
import { visibleTemplate } from "./get-template.ts";
import { findDocument, findFile } from "./template.store.ts";

/** A published version: its canonical text, the digest of it, and whether it or its template is deprecated. */
export const getTemplateVersion = async (
  deps: Deps,
  ctx: RequestContext,
  address: TemplateAddress,
  version: string,
): Promise<{ text: string; digest: string; deprecation: TemplateDeprecation | undefined }> => {
  const template = await visibleTemplate(deps, ctx, address);
  const found = await findDocument(deps.db, ctx, address, version);
  if (!found) throw problem("version_not_found");
  const { text, summary } = found;
  return { text, digest: summary.digest, deprecation: deprecationOf(template.summary, summary) };
};

/** A file of a published version. */
export const getTemplateFile = async (
  deps: Deps,
  ctx: RequestContext,
  address: TemplateAddress,
  version: string,
  path: string,
): Promise<{ content: Buffer; digest: string; deprecation: TemplateDeprecation | undefined }> => {
  const { text, deprecation } = await getTemplateVersion(deps, ctx, address, version);
  const document = JSON.parse(text) as TemplateVersionDocument;
  const file = document.files?.find((candidate) => candidate.path === path);
  const content = file && (await findFile(deps.db, ctx, address, file.digest));
  if (!file || !content) throw problem("file_not_found");
  return { content, digest: file.digest, deprecation };
};
