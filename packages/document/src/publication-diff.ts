import type { PublishedFile } from "@nofx/contract-kit";
import { type NamedText, prettyForm, unifiedDiff } from "@nofx/versioning";
import { type ChangedFile, changedFiles, fileText } from "./file-changes.ts";

/** A published document, and what is known of its files. */
export interface Published {
  /** What stands before names in the diff, such as a version number. */
  readonly label: string;
  readonly document: { readonly files?: readonly PublishedFile[] | undefined };
  readonly contentOf: (digest: string) => Promise<Uint8Array | undefined>;
  /** The name that a file is compared by, where its path says too much; default: the path. */
  readonly comparedAs?: (path: string) => string;
  /** How a file's text is shown; default: as it is. */
  readonly readable?: (path: string, text: string) => string;
}

/** Of how many files the content is compared. */
const filesShown = 50;

const textOf = async ({ contentOf, readable }: Published, file: PublishedFile | undefined) => {
  if (!file) return "";
  const text = fileText(await contentOf(file.digest));
  return text === undefined || !readable ? text : readable(file.path, text);
};

const fileDiff = async (file: ChangedFile, before: Published, after: Published): Promise<string> => {
  const [old, fresh] = await Promise.all([textOf(before, file.before), textOf(after, file.after)]);
  const path = file.after?.path ?? file.before?.path ?? "";
  if (old === undefined || fresh === undefined) return `Binary file ${path} differs\n`;
  if (file.before && file.after && old === fresh) return `File ${path} differs only in how it is written\n`;
  return unifiedDiff(
    { name: `${before.label}/${file.before?.path ?? path}`, text: old },
    { name: `${after.label}/${path}`, text: fresh },
  );
};

const filesOf = ({ document, comparedAs }: Published) => ({ files: document.files, comparedAs });

/** Unified diff of two published documents, called `name`, and of the text files that differ. */
export const publicationDiff = async (name: string, before: Published, after: Published): Promise<string> => {
  const written = ({ label, document }: Published): NamedText => ({
    name: `${label}/${name}`,
    text: prettyForm(document),
  });
  const parts = [unifiedDiff(written(before), written(after))];
  const files = changedFiles(filesOf(before), filesOf(after));
  for (const file of files.slice(0, filesShown)) parts.push(await fileDiff(file, before, after));
  if (files.length > filesShown) parts.push(`${files.length - filesShown} more files differ\n`);
  return parts.join("");
};
