import { gzipSync } from "node:zlib";
import { sha256 } from "@nofx/canonical";
import { type Header, pack } from "tar-stream";
import {
  type BundleEntry,
  type BundleLimits,
  gzipped,
  indexText,
  openBundle,
  readTar,
  writeTar,
} from "../src/index.ts";

export const bytesOf = async (chunks: AsyncIterable<Uint8Array | string>): Promise<Buffer> => {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(Buffer.from(chunk));
  return Buffer.concat(all);
};

export const all = async <T>(values: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = [];
  for await (const value of values) found.push(value);
  return found;
};

export const entry = (path: string, content: string | Buffer): BundleEntry => ({ path, content: Buffer.from(content) });

const each = async function* <T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values;
};

/** The index of these entries. */
export const indexOf = (entries: readonly BundleEntry[], content: unknown = {}): string =>
  indexText(
    content,
    entries.map(({ path, content: bytes }) => ({ path, size: bytes.length, digest: sha256(bytes) })),
  ).text;

/** These entries as an archive. */
export const archiveOf = (entries: readonly BundleEntry[], content: unknown = {}): Promise<Buffer> =>
  bytesOf(gzipped(writeTar(indexOf(entries, content), each(entries))));

export type AnyHeader = Partial<Header> & { readonly name: string };

/** An archive that anybody could make: any headers, any index. */
export const madeBy = async (
  index: string,
  parts: readonly { readonly header: AnyHeader; readonly content?: Buffer }[],
): Promise<Buffer> => {
  const archive = pack();
  archive.entry({ name: "bundle.json" }, index);
  for (const { header, content } of parts) {
    if (content) archive.entry(header, content);
    else archive.entry(header).end(undefined);
  }
  archive.finalize();
  return gzipSync(await bytesOf(archive as unknown as AsyncIterable<Uint8Array>));
};

/** Everything that an archive holds, or what it is refused for. */
export const read = async (archive: Uint8Array, limits?: BundleLimits, packing: "gzip" | "none" = "gzip") => {
  const bundle = await openBundle(readTar(archive, packing, limits), limits);
  return { ...bundle, entries: await all(bundle.entries) };
};
