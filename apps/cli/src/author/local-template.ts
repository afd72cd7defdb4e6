import { resolve } from "node:path";
import type { TemplateManifest } from "@nofx/contract-marketplace";
import { inlinedPublication, inlineSteps, type TestedVersion, toTemplatePublication } from "@nofx/template";
import type { Context } from "../context.ts";
import { CliFailure, localFailure } from "../failure.ts";
import { findManifests } from "./find-manifests.ts";
import { type Judged, judgeDirectory, judgeFile } from "./judge-manifests.ts";
import { type KnownVersions, knownVersions } from "./known-versions.ts";

/** The newest version of a template that lies here. */
export interface LocalTemplate {
  /** Its directory, or that of its file. */
  readonly path: string;
  /** Relative to the working directory. */
  readonly file: string;
  readonly manifest: TemplateManifest;
}

const soundOf = (path: string, judged: readonly Judged[]): LocalTemplate => {
  const newest = judged.at(-1);
  if (newest?.manifest === undefined) {
    const findings = judged.flatMap((each) => each.findings);
    const message = `${newest?.file ?? path} is not valid`;
    throw new CliFailure({ exitCode: 1, code: "manifest_invalid", message, next: "Correct it first.", findings });
  }
  return { path, file: newest.file, manifest: newest.manifest as TemplateManifest };
};

/** The templates at a path. @throws CliFailure if one is not valid, or there is none */
export const localTemplates = async ({ cwd }: Context, shown: string): Promise<LocalTemplate[]> => {
  const { directories, file } = await findManifests(resolve(cwd, shown), shown);
  const templates: LocalTemplate[] = [];
  for (const each of directories.filter(({ kind }) => kind === "template")) {
    templates.push(soundOf(each.path, await judgeDirectory(each, cwd)));
  }
  if (file !== undefined) {
    const judged = await judgeFile(file, cwd);
    if (judged.kind === "template") templates.push(soundOf(resolve(file, ".."), [judged]));
  }
  if (templates.length === 0) {
    const next = "Name a directory that has some; `nofx new template` makes one.";
    throw localFailure("nothing_found", `${shown}: There is no template`, next);
  }
  return templates;
};

/** A template as it is rendered and tested, with the versions that it may run with. */
export interface RunnableTemplate {
  readonly version: TestedVersion;
  readonly versions: KnownVersions;
}

/** Reads what is needed to render a template or to run its tests. */
export const runnableTemplate = async (
  context: Context,
  { path, manifest }: LocalTemplate,
  isOffline: boolean,
): Promise<RunnableTemplate> => {
  const publication = toTemplatePublication(manifest);
  const document = inlinedPublication(publication);
  const own = inlineSteps({ tenant: "", document }).map(({ agentId }) => agentId);
  const agentIds = [...new Set(own)].filter((id) => !id.includes("/"));
  const versions = await knownVersions(context, path, agentIds, isOffline);
  return { version: { tenant: versions.tenant, document, digest: publication.digest }, versions };
};
