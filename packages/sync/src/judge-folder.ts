import { asObject, misnamed, readText } from "@nofx/document";
import { type FileFinding, fileFinding } from "./finding.ts";
import type { AnyManifest, Layout } from "./kind.ts";
import { decode, placeFindings } from "./place-finding.ts";
import type { Folder } from "./read-files.ts";
import type { Place, Source } from "./source.ts";

/** What is missing only because the file that has it could not be read. */
const consequences = new Set(["entry_not_published", "version_file_missing"]);

/** Judges what was read of a version's directory: everything that is wrong at once, each with its file and place. */
export const judgeFolder = <Manifest extends AnyManifest>(
  layout: Layout<Manifest>,
  place: Place,
  folder: Folder,
): Source<Manifest> => {
  const { noun, idField, manifestFile } = layout;
  const file = `${place.directory}/${manifestFile}`;
  const source = { id: place.id, version: place.version, file };
  const broken = (...findings: FileFinding[]): Source<Manifest> => ({
    ...source,
    manifest: undefined,
    findings: [...folder.findings, ...findings],
  });
  // Cut short, the directory would be accused of what it does not lack.
  if (folder.findings.some(({ code }) => code === "too_many_files")) return broken();
  const bytes = folder.files.get(manifestFile)?.bytes;
  if (!bytes) {
    const isTold = folder.findings.some((found) => found.file === file);
    return isTold
      ? broken()
      : broken(fileFinding(file, `${noun}_json_missing`, `The directory has no ${manifestFile}`));
  }
  const text = decode(bytes);
  if (text === undefined) return broken(fileFinding(file, "not_utf8", "The file is not text in UTF-8"));
  const read = readText(text);
  const content = read.content?.value;
  const beside = [...folder.files].filter(([path]) => path !== manifestFile);
  const verdict = layout.validate(text, new Map(beside.map(([path, found]) => [path, found.bytes])));
  const isWhole = folder.findings.length === 0;
  const wrong = verdict.errors.filter(({ code }) => isWhole || !consequences.has(code));
  const named = { ...(!place.anyName && { [idField]: place.id }), version: place.version };
  const names = misnamed(read, named).map((found) => ({ ...found, file }));
  const errors = [...placeFindings(layout, folder, content, wrong), ...names];
  const warnings = placeFindings(layout, folder, content, verdict.warnings);
  const { version: said } = asObject(content);
  const version = typeof said === "string" ? said : place.version;
  if (!verdict.valid || errors.length > 0 || !isWhole) return { ...broken(...errors, ...warnings), version };
  return { ...source, version, manifest: verdict.manifest, findings: warnings };
};
