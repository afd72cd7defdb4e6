import type { TemplateVersionDocument, TemplateVersionSummary } from "@nofx/contract-marketplace";
import { TemplateEnvironments } from "@nofx/contract-marketplace";
import type { RequestContext } from "@nofx/service-kit";
import { type ResolvedEnvironment, resolveEnvironment, stepsFile, withInlineSteps } from "@nofx/template";
import type { Deps } from "../deps.ts";
import { keptOf } from "../environments/environment.rules.ts";
import { listKept } from "../environments/environment.store.ts";
import { problem } from "../problem.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { visibleTemplate } from "../templates/get-template.ts";
import { findDocument, findFile, type Template } from "../templates/template.store.ts";

/** A version of a template that is to be resolved, rendered or tested. */
export interface PlannedVersion {
  readonly tenant: string;
  readonly template: Template;
  readonly summary: TemplateVersionSummary;
  /** With its steps inline: not what has the digest. */
  readonly document: TemplateVersionDocument;
}

/** Reads a version, the current one unless another is asked for. @throws template_not_found, version_not_found */
export const plannedVersion = async (
  deps: Deps,
  ctx: RequestContext,
  address: TemplateAddress,
  wanted: string | undefined,
): Promise<PlannedVersion> => {
  const template = await visibleTemplate(deps, ctx, address);
  const found = await findDocument(deps.db, ctx, address, wanted ?? template.summary.currentVersion);
  if (!found) throw problem("version_not_found");
  const published = JSON.parse(found.text) as TemplateVersionDocument;
  const file = stepsFile(published);
  const steps = file && (await findFile(deps.db, ctx, address, file.digest));
  const document = withInlineSteps(published, steps?.toString("utf8"));
  return { tenant: address.tenant, template, summary: found.summary, document };
};

/** The environment that is asked for, with all that it extends and all that is kept. @throws environment_unknown */
export const environmentNamed = (
  { content }: TemplateVersionDocument,
  name: string | undefined,
  kept: TemplateEnvironments = {},
): ResolvedEnvironment | undefined => {
  if (name === undefined) return undefined;
  const declared = TemplateEnvironments.safeParse(content.environments ?? {});
  if (!declared.success) throw problem("environment_unknown", { detail: "The version's environments cannot be read." });
  const resolved = resolveEnvironment(declared.data, name, kept);
  if (resolved.ok) return resolved.environment;
  const { message, fix } = resolved.problem;
  throw problem("environment_unknown", {
    detail: fix === undefined ? `${message}.` : `${message}; ${fix} is meant, perhaps.`,
  });
};

/** Whether something that is kept is part of an environment: nobody else may learn of it. */
export const isKeptIn = (kept: TemplateEnvironments, environment: ResolvedEnvironment | undefined): boolean =>
  environment?.chain.some((one) => Object.hasOwn(kept, one)) ?? false;

/** A version in an environment, as it runs where the caller is. */
export interface PlannedRun {
  readonly version: PlannedVersion;
  readonly environment: ResolvedEnvironment | undefined;
  /** Something that the caller's tenant keeps is part of the environment: nobody else may learn of it. */
  readonly isKept: boolean;
}

/**
 * Reads what runs in an environment: the version that is asked for, else the one that the caller's tenant keeps there,
 * else the current one. @throws template_not_found, version_not_found, environment_unknown
 */
export const plannedRun = async (
  deps: Deps,
  ctx: RequestContext,
  address: TemplateAddress,
  wanted: { readonly version?: string | undefined; readonly environment?: string | undefined },
): Promise<PlannedRun> => {
  const { environment: name } = wanted;
  const kept = name === undefined ? {} : keptOf(await listKept(deps.db, ctx, address));
  const runs = name === undefined ? undefined : kept[name]?.version;
  const version = await plannedVersion(deps, ctx, address, wanted.version ?? runs);
  const environment = environmentNamed(version.document, name, kept);
  return { version, environment, isKept: isKeptIn(kept, environment) };
};
