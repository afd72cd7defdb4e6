import { dirname, resolve } from "node:path";
import { ProblemError, unwrap } from "@nofx/client";
import type { TemplateManifest, TemplateVersionDocument } from "@nofx/contract-marketplace";
import type { AgentManifest, AgentVersionDocument } from "@nofx/contract-registry";
import { fileBytes, type Published } from "@nofx/document";
import { sha256, toPublication } from "@nofx/manifest";
import { inlinedPublication, stepsFile, toTemplatePublication } from "@nofx/template";
import { prettyForm } from "@nofx/versioning";
import type { Context } from "../context.ts";
import { CliFailure } from "../failure.ts";
import { findManifests, type Kind } from "./find-manifests.ts";
import { judgeDirectory, judgeFile } from "./judge-manifests.ts";
import { publishedTemplate } from "./published-template.ts";

/** An agent or a template, of the caller's tenant unless another is named. */
export interface Address {
  readonly kind: Kind;
  readonly id: string;
  readonly tenant?: string | undefined;
}

/** One version, ready to be compared. */
export interface Compared {
  readonly version: string;
  /** With the steps of a template inline: what differs is told of this. */
  readonly document: AgentVersionDocument | TemplateVersionDocument;
  /** What is shown as text. */
  readonly published: Published;
}

const readable = (text: string): string => {
  try {
    return prettyForm(JSON.parse(text));
  } catch {
    return text;
  }
};

/** Each version of a template has its steps in a file of its own name: they are compared as steps. */
const withSteps = (label: string, document: TemplateVersionDocument, contentOf: Published["contentOf"]): Published => {
  const isSteps = (path: string): boolean => path === stepsFile(document)?.path;
  return {
    label,
    document,
    contentOf,
    comparedAs: (path) => (isSteps(path) ? "/steps" : path),
    readable: (path, text) => (isSteps(path) ? readable(text) : text),
  };
};

/** A published version. @throws ProblemError if there is none */
export const publishedCompared = async (context: Context, address: Address, version: string): Promise<Compared> => {
  const { kind, id, tenant } = address;
  const whose = tenant === undefined ? {} : { tenant };
  const pathOf = (files: Published["document"]["files"], digest: string) =>
    files?.find((file) => file.digest === digest)?.path ?? "";
  if (kind === "template") {
    const { document, inlined } = await publishedTemplate(context, address, version);
    const client = await context.marketplace();
    const contentOf = (digest: string) =>
      unwrap(client.getTemplateFile({ templateId: id, version, path: pathOf(document.files, digest), ...whose }));
    return { version, document: inlined, published: withSteps(version, document, contentOf) };
  }
  const client = await context.registry();
  const document = await unwrap(client.getAgentVersion({ agentId: id, version, ...whose }));
  const contentOf = (digest: string) =>
    unwrap(client.getAgentFile({ agentId: id, version, path: pathOf(document.files, digest), ...whose }));
  return { version, document, published: { label: version, document, contentOf } };
};

/** Versions of an agent or a template, highest first; none if it was never published. */
export const publishedNumbers = async (context: Context, { kind, id, tenant }: Address): Promise<string[]> => {
  const whose = tenant === undefined ? {} : { tenant };
  const answer =
    kind === "agent"
      ? await (await context.registry()).listAgentVersions({ agentId: id, limit: 100, ...whose })
      : await (await context.marketplace()).listTemplateVersions({ templateId: id, limit: 100, ...whose });
  if (!answer.ok && answer.status === 404) return [];
  if (!answer.ok) throw new ProblemError(answer.problem);
  return answer.body.versions.map(({ version }) => version);
};

/** What lies here. */
export interface LocalCompared extends Compared {
  readonly address: Address;
  /** Relative to the working directory. */
  readonly file: string;
}

const contentIn = (files: AgentManifest["files"] = []): Published["contentOf"] => {
  const byDigest = new Map(files.map((file) => [sha256(fileBytes(file)), fileBytes(file)]));
  return async (digest) => byDigest.get(digest);
};

/** The newest version at a path. @throws CliFailure if it is not valid, or not one alone */
export const localCompared = async ({ cwd }: Context, shown: string): Promise<LocalCompared> => {
  const { directories, file: alone } = await findManifests(resolve(cwd, shown), shown);
  const [directory, ...more] = directories;
  if (more.length > 0) {
    const message = `<resource>: ${shown} holds ${directories.length} agents and templates`;
    throw new CliFailure({ exitCode: 2, code: "usage", message, next: "Name the directory of one." });
  }
  const judged = directory ? await judgeDirectory(directory, cwd) : [await judgeFile(alone ?? dirname(shown), cwd)];
  const newest = judged.at(-1);
  if (newest?.manifest === undefined) {
    const findings = judged.flatMap((each) => each.findings);
    const message = `${newest?.file ?? shown} is not valid`;
    throw new CliFailure({ exitCode: 1, code: "manifest_invalid", message, next: "Correct it first.", findings });
  }
  const { kind, file } = newest;
  if (kind === "agent") {
    const manifest = newest.manifest as AgentManifest;
    const { document } = toPublication(manifest);
    const published = { label: file, document, contentOf: contentIn(manifest.files) };
    return { address: { kind, id: manifest.agentId }, file, version: manifest.version, document, published };
  }
  const manifest = newest.manifest as TemplateManifest;
  const publication = toTemplatePublication(manifest);
  const published = withSteps(file, publication.document, contentIn(manifest.files));
  const document = inlinedPublication(publication);
  return { address: { kind, id: manifest.templateId }, file, version: manifest.version, document, published };
};
