import { pipeline, Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { type Pack, pack } from "tar-stream";
import { indexName } from "./entry-name.ts";
import type { BundleEntry } from "./open-bundle.ts";

/** Nothing but name and size tells one header from another. */
const headerOf = (name: string) => ({ name, type: "file", mode: 0o644, uid: 0, gid: 0, mtime: new Date(0) }) as const;

const add = (archive: Pack, name: string, content: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    archive.entry(headerOf(name), content, (error) => (error ? reject(error) : resolve()));
  });

const fill = async (archive: Pack, index: string, entries: AsyncIterable<BundleEntry>): Promise<void> => {
  try {
    await add(archive, indexName, Buffer.from(index));
    for await (const { path, content } of entries) await add(archive, path, content);
    archive.finalize();
  } catch (error) {
    archive.destroy(error as Error);
  }
};

/** Large enough that headers do not go one by one. */
const blockBytes = 64 * 1024;

/** The same bytes in pieces of one size, however they come: what is made of them does not depend on that. */
const inBlocks = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    waiting.push(chunk);
    length += chunk.length;
    if (length < blockBytes) continue;
    const whole = Buffer.concat(waiting);
    const end = length - (length % blockBytes);
    for (let start = 0; start < end; start += blockBytes) yield whole.subarray(start, start + blockBytes);
    waiting = [whole.subarray(end)];
    length -= end;
  }
  if (length > 0) yield Buffer.concat(waiting);
};

/** Writes a bundle as a tar archive: the index, then the entries in its order. */
export const writeTar = async function* (
  index: string,
  entries: AsyncIterable<BundleEntry>,
): AsyncGenerator<Uint8Array> {
  const archive = pack();
  void fill(archive, index, entries);
  yield* inBlocks(archive as unknown as AsyncIterable<Uint8Array>);
};

/** Packs with gzip: without a time or name, always the same bytes on one machine. Other zlibs may pack otherwise. */
export const gzipped = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gzip = createGzip({ level: 9 });
  // Whatever fails, fails in the loop below, too.
  pipeline(Readable.from(chunks), gzip, () => undefined);
  yield* gzip as AsyncIterable<Buffer>;
};
