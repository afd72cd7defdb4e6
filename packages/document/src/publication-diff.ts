import type { PublishedFile } from "@nofx/contract-kit";
import { prettyForm, unifiedDiff } from "@nofx/versioning";
import { type ChangedFile, changedFiles, fileText } from "./file-changes.ts";

/** A published document, and where the contents of its files are. */
export interface Published {
  /** What stands before names in the diff, such as a version number. */
  readonly label: string;
  readonly document: { readonly files?: readonly PublishedFile[] | undefined };
  readonly contentOf: (digest: string) => Promise<Uint8Array | undefined>;
  /** How a file's text is shown; default: as it is. */
  readonly readable?: (path: string, text: string) => string;
}

/** Of how many files the content is compared. */
const filesShown = 50;

const textOf = async ({ contentOf, readable }: Published, path: string, digest: string | undefined) => {
  if (digest === undefined) return "";
  const text = fileText(await contentOf(digest));
  return text === undefined || !readable ? text : readable(path, text);
};

const fileDiff = async (file: ChangedFile, before: Published, after: Published): Promise<string> => {
  const { path } = file;
  const [old, fresh] = await Promise.all([textOf(before, path, file.before), textOf(after, path, file.after)]);
  if (old === undefined || fresh === undefined) return `Binary file ${path} differs\n`;
  const isInBoth = file.before !== undefined && file.after !== undefined;
  if (isInBoth && old === fresh) return `File ${path} differs only in how it is written\n`;
  return unifiedDiff(path, { label: before.label, text: old }, { label: after.label, text: fresh });
};

/** Unified diff of two published documents, called `name`, and of the text files that differ. */
export const publicationDiff = async (name: string, before: Published, after: Published): Promise<string> => {
  const written = ({ label, document }: Published) => ({ label, text: prettyForm(document) });
  const parts = [unifiedDiff(name, written(before), written(after))];
  const files = changedFiles(before.document, after.document);
  for (const file of files.slice(0, filesShown)) parts.push(await fileDiff(file, before, after));
  if (files.length > filesShown) parts.push(`${files.length - filesShown} more files differ\n`);
  return parts.join("");
};
