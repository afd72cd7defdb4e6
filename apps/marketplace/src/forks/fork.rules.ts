import type { TemplateManifest, TemplateVersionDocument, TemplateVersionSummary } from "@nofx/contract-marketplace";
import { z } from "zod";
import { asManifest } from "../templates/as-manifest.rules.ts";

/** What a fork is to be called. */
export interface ForkNames {
  readonly templateId: string;
  readonly newVersion: string;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
}

/** Why a version cannot be forked; undefined if it can. */
export const forkObstacle = ({ version, status }: TemplateVersionSummary): string | undefined => {
  if (status === "archived") return `${version} is archived.`;
  if (status === "draft") return `${version} is a draft.`;
  return undefined;
};

/** The manifest of a fork: everything as it was published, under other names. */
export const forkManifest = (
  source: TemplateVersionDocument,
  contents: ReadonlyMap<string, Uint8Array>,
  { templateId, newVersion, name = source.name, description = source.description }: ForkNames,
): TemplateManifest => ({
  ...asManifest(source, contents),
  templateId,
  version: newVersion,
  name,
  ...(description !== undefined && { description }),
});

/** What a cursor of a list of forks holds. It comes from outside: everything in it is something that the database can compare. */
export const forkPosition = z.object({
  forkedAt: z.iso.datetime().regex(/^[1-9]/),
  tenant: z.string().regex(/^[a-z0-9-]{1,63}$/),
  templateId: z.string().regex(/^[a-z0-9._-]{1,128}$/),
});
