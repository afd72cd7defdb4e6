import type { Finding } from "@nofx/contract-kit";
import { listedFiles, readText } from "@nofx/document";
import { type FileFinding, fileFinding } from "./finding.ts";
import type { AnyManifest, Layout } from "./kind.ts";
import type { Folder, FolderFile } from "./read-files.ts";

/** Text as it stands; undefined if the bytes are no UTF-8. */
export const decode = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

/** These say of a file that it cannot be read as JSON, and not where. */
const unreadable = new Set(["mcp_not_json", "version_file_not_json", "version_file_too_deep"]);

/** A finding about a file beside the manifest, with its place there. */
const inFile = ({ file, bytes }: FolderFile, found: Finding, within: string | undefined): FileFinding[] => {
  const text = decode(bytes);
  if (text === undefined && unreadable.has(found.code)) {
    return [fileFinding(file, "not_utf8", "The file is not text in UTF-8")];
  }
  const { errors, locate } = readText(text ?? "");
  if (unreadable.has(found.code) && errors.length > 0) return errors.map((error) => ({ ...error, file }));
  return [{ ...found, file, ...(within !== undefined && locate(`$${within}`)) }];
};

/** The place of a finding in the manifest's list of files, and within one of them. */
const filePath = /^\$\.files\[(\d+)\](?:\.content([.[].*))?/;

/** Says which file each finding is about: one without a place in the manifest is about a file beside it. */
export const placeFindings = <Manifest extends AnyManifest>(
  { manifestFile, absorbed }: Layout<Manifest>,
  folder: Folder,
  content: unknown,
  found: readonly Finding[],
): FileFinding[] => {
  const listed = listedFiles(content);
  const beside = [...folder.files.keys()].filter((path) => path !== manifestFile && path !== absorbed?.file).sort();
  return found.flatMap((finding) => {
    const part = absorbed?.isAbout(finding) ? folder.files.get(absorbed.file) : undefined;
    if (part) return inFile(part, finding, undefined);
    const [, index, within] = (finding.line === undefined && filePath.exec(finding.path)) || [];
    const file = index === undefined ? undefined : folder.files.get(beside[Number(index) - listed] ?? "");
    return file ? inFile(file, finding, within) : [{ ...finding, file: `${folder.directory}/${manifestFile}` }];
  });
};
