import { asObject } from "@nofx/document";
import { fileFinding } from "./finding.ts";
import type { AnyManifest, Layout } from "./kind.ts";
import type { Source } from "./source.ts";

/**
 * Versions of directories that may have any name, under the id that the newest sound version of each says. A version that
 * says another id than its directory's newest is broken: it would be published as another resource.
 */
export const withOwnIds = <Manifest extends AnyManifest>(
  { idField }: Layout<Manifest>,
  sources: readonly Source<Manifest>[],
): Source<Manifest>[] => {
  const said = ({ manifest }: Source<Manifest>): string | undefined => manifest && String(asObject(manifest)[idField]);
  const newest = new Map(sources.filter(said).map((source) => [source.id, said(source)]));
  return sources.map((source) => {
    const id = newest.get(source.id) ?? source.id;
    const own = said(source) ?? id;
    if (own === id) return { ...source, id };
    const message = `${idField} is "${own}", but that of the newest version is "${id}"; one directory is for one id`;
    const at = { path: `$.${idField}`, field: idField };
    const finding = fileFinding(source.file, "directory_disagrees", message, at);
    return { ...source, id, manifest: undefined, findings: [finding, ...source.findings] };
  });
};
