import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { renderedDirectory, type ValueSet } from "./chart.ts";

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: as many shapes as there are kinds; their schemas are checked first
  readonly [field: string]: any;
}

/** The manifests of a stream of YAML documents. @throws if one cannot be read. */
export const manifestsIn = (text: string): Manifest[] => {
  const documents = parseAllDocuments(text);
  return (Array.isArray(documents) ? documents : []).flatMap((document) => {
    if (document.errors.length > 0) throw new Error(document.errors.map(({ message }) => message).join("; "));
    const manifest = document.toJS() as Manifest | null;
    return manifest ? [manifest] : [];
  });
};

/** Manifests that are copies of files elsewhere in the repository: alerts and dashboards. */
const isCopy = ({ kind, metadata }: Manifest): boolean =>
  kind === "PrometheusRule" || metadata.name.endsWith("-dashboards");

/** A stream of documents without the copies. */
export const withoutCopies = (text: string): string =>
  text
    .split(/^---$/m)
    .filter((document) => !manifestsIn(document).some(isCopy))
    .join("---");

export const renderedFile = (set: ValueSet): string => join(renderedDirectory, `${set}.yaml`);

/** What was rendered of a value set. */
export const rendered = async (set: ValueSet): Promise<Manifest[]> =>
  manifestsIn(await readFile(renderedFile(set), "utf8"));

/** The template of a manifest's pods, if it has any, or its own being one. */
export const podOf = (manifest: Manifest): Manifest | undefined => {
  if (manifest.kind === "Pod") return manifest;
  return manifest.kind === "Deployment" || manifest.kind === "Job" ? manifest.spec.template : undefined;
};
