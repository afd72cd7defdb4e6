import type { OperationSuccess } from "@nofx/contract-kit";
import type { diffTemplateVersions as DiffTemplateVersions, TemplateVersionDocument } from "@nofx/contract-marketplace";
import { fileText, type Published, publicationDiff } from "@nofx/document";
import type { RequestContext } from "@nofx/service-kit";
import { stepsFile } from "@nofx/template";
import type { Deps } from "../deps.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { getTemplateVersion } from "../templates/get-template-version.ts";
import { findFile } from "../templates/template.store.ts";
import { type Compared, comparisonOf, readableJson } from "./comparison.rules.ts";

/** One version of one template. */
export interface VersionAddress extends TemplateAddress {
  readonly version: string;
}

/** What is compared: the earlier version, and the later one. */
export interface Pair {
  readonly from: VersionAddress;
  readonly to: VersionAddress;
}

const isSameTemplate = ({ from, to }: Pair): boolean => from.tenant === to.tenant && from.templateId === to.templateId;

const documentOf = async (deps: Deps, ctx: RequestContext, address: VersionAddress) =>
  JSON.parse((await getTemplateVersion(deps, ctx, address, address.version)).text) as TemplateVersionDocument;

const comparedOf = async (deps: Deps, ctx: RequestContext, address: VersionAddress): Promise<Compared> => {
  const document = await documentOf(deps, ctx, address);
  const file = stepsFile(document);
  return { document, stepsText: file && fileText(await findFile(deps.db, ctx, address, file.digest)) };
};

/** What differs between two versions, what that means, and what is carried out otherwise. */
export const diffTemplateVersions = async (
  deps: Deps,
  ctx: RequestContext,
  pair: Pair,
): Promise<OperationSuccess<typeof DiffTemplateVersions>["body"]> => {
  const { from, to } = pair;
  const [before, after] = await Promise.all([comparedOf(deps, ctx, from), comparedOf(deps, ctx, to)]);
  const { tenant, templateId } = to;
  return {
    templateId: from.templateId,
    from: from.version,
    to: to.version,
    ...(!isSameTemplate(pair) && { with: { tenant, templateId } }),
    ...comparisonOf(before, after),
  };
};

/** The same for people: a unified diff of the documents, and of the text files that differ. */
export const diffTemplateVersionsAsText = async (deps: Deps, ctx: RequestContext, pair: Pair): Promise<string> => {
  const published = async (address: VersionAddress): Promise<Published> => {
    const document = await documentOf(deps, ctx, address);
    const { tenant, templateId, version } = address;
    const isSteps = (path: string): boolean => path === stepsFile(document)?.path;
    return {
      label: isSameTemplate(pair) ? version : `${tenant}/${templateId}@${version}`,
      document,
      contentOf: (digest) => findFile(deps.db, ctx, address, digest),
      // Each version has its steps in a file of its own; no path begins with a slash.
      comparedAs: (path) => (isSteps(path) ? "/steps" : path),
      readable: (path, text) => (isSteps(path) ? readableJson(text) : text),
    };
  };
  const [before, after] = await Promise.all([published(pair.from), published(pair.to)]);
  return await publicationDiff("template.json", before, after);
};
