import { ProblemError, unwrap } from "@nofx/client";
import type { TemplateVersionDocument } from "@nofx/contract-marketplace";
import { fileText } from "@nofx/document";
import { type Candidate, type Resource, stepsFile, templateDependencies, withInlineSteps } from "@nofx/template";
import type { Context } from "../context.ts";

/** A published template, of the caller's tenant unless another is named. */
export interface TemplateAddress {
  readonly id: string;
  readonly tenant?: string | undefined;
}

/** A published document with the text of the file that holds its steps. */
export interface PublishedTemplate {
  readonly document: TemplateVersionDocument;
  readonly inlined: TemplateVersionDocument;
}

const whose = ({ tenant }: TemplateAddress) => (tenant === undefined ? {} : { tenant });

/** Reads a version as it was published, and with its steps inline. */
export const publishedTemplate = async (
  context: Context,
  address: TemplateAddress,
  version: string,
): Promise<PublishedTemplate> => {
  const client = await context.marketplace();
  const at = { templateId: address.id, version, ...whose(address) };
  const document = await unwrap(client.getTemplateVersion(at));
  const file = stepsFile(document);
  const bytes = file && (await unwrap(client.getTemplateFile({ ...at, path: file.path })));
  return { document, inlined: withInlineSteps(document, bytes && fileText(bytes)) };
};

/** Enough for any range that an author means; each costs a request or two. */
const versionsMax = 20;

/** The versions of a template that a range may stand for, the highest of them; `absent` if there is no such template. */
export const publishedVersions = async (
  context: Context,
  { id, tenant }: Resource,
  own: string,
): Promise<readonly Candidate[] | "absent"> => {
  const client = await context.marketplace();
  const address = { id, ...(tenant !== own && { tenant }) };
  const answer = await client.getTemplate({ templateId: id, ...whose(address) });
  if (!answer.ok && answer.status === 404) return "absent";
  if (!answer.ok) throw new ProblemError(answer.problem);
  const usable = answer.body.template.versions.filter(({ status }) => status === "active" || status === "deprecated");
  const candidates: Candidate[] = [];
  for (const { version, digest, status } of usable.slice(0, versionsMax)) {
    const { inlined } = await publishedTemplate(context, address, version);
    const dependencies = templateDependencies(inlined).map(({ kind, tenant: of = tenant, id: on, range }) => {
      return { resource: { kind, tenant: of, id: on }, range };
    });
    candidates.push({ version, digest, status, dependencies });
  }
  return candidates;
};

/** The current version of a template. */
export const publishedVersion = async (context: Context, address: TemplateAddress): Promise<string> => {
  const client = await context.marketplace();
  const { template } = await unwrap(client.getTemplate({ templateId: address.id, ...whose(address) }));
  return template.currentVersion;
};
