import type { BundledTemplate, BundledVersion, TemplateKind } from "@nofx/contract-marketplace";
import { deploymentsOf } from "../builder/prompt.rules.ts";

/** A template's status with what belongs to it. */
export type TemplateStanding = Pick<BundledTemplate, "status" | "statusReason" | "deprecatedAt" | "successor">;

/** A template without its contents. */
interface KnownTemplate {
  readonly templateId: string;
  readonly kind: TemplateKind;
  readonly currentVersion: string;
  readonly standing: TemplateStanding;
  readonly visibility: BundledTemplate["visibility"];
  readonly versions: readonly {
    readonly facts: BundledVersion;
    readonly files: readonly { readonly size: number; readonly digest: string }[];
  }[];
  readonly deployments: Parameters<typeof deploymentsOf>[0];
  readonly source: string | undefined;
}

/** What a bundle says of a template: facts that are beside its documents, and nothing of this instance. */
export const bundledTemplate = (template: KnownTemplate): BundledTemplate => {
  const { templateId, kind, currentVersion, standing, visibility, versions, deployments, source } = template;
  const builder = { deployments: deploymentsOf(deployments), ...(source !== undefined && { source }) };
  return {
    templateId,
    currentVersion,
    ...standing,
    visibility,
    versions: versions.map(({ facts }) => facts),
    ...(kind === "prompt" && { builder }),
  };
};

/** The files of all versions, each once, by digest. */
export const filesOf = ({ versions }: Pick<KnownTemplate, "versions">): { size: number; digest: string }[] => {
  const all = versions.flatMap(({ files }) => files.map(({ size, digest }) => [digest, { size, digest }] as const));
  return [...new Map(all).values()].sort((a, b) => (a.digest < b.digest ? -1 : 1));
};
