import type { TemplateManifest, TemplateVersionDocument } from "@nofx/contract-marketplace";

/** A published document as a manifest: its files with their contents, which are given by digest. */
export const asManifest = (
  { files, ...document }: TemplateVersionDocument,
  contents: ReadonlyMap<string, Uint8Array>,
): TemplateManifest => {
  const copies = files?.map(({ path, digest }) => {
    const content = contents.get(digest);
    if (!content) throw new Error(`The content of ${path} is gone`);
    return { path, content: Buffer.from(content).toString("base64"), encoding: "base64" as const };
  });
  return { ...document, ...(copies && { files: copies }) };
};
