import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { type Extract, extract } from "tar-stream";
import { asBundleError, BundleError } from "./bundle-error.ts";
import { type BundleLimits, bundleLimits } from "./limits.ts";
import type { RawEntry } from "./open-bundle.ts";

/** Small, so that what has been handed to the unpacker is about what it has unpacked. */
const pieceBytes = 4096;

const piecesOf = function* (bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += pieceBytes) yield bytes.subarray(start, start + pieceBytes);
};

/** Unpacks, and stops as soon as there is more than a bundle may be. */
const unpacked = async function* (bytes: Uint8Array, limits: BundleLimits): AsyncGenerator<Uint8Array> {
  let given = 0;
  let got = 0;
  const counted = function* (): Generator<Uint8Array> {
    for (const piece of piecesOf(bytes)) {
      given += piece.length;
      yield piece;
    }
  };
  const gunzip = createGunzip();
  // Whatever fails, fails in the loop below, too.
  pipeline(Readable.from(counted(), { highWaterMark: 1 }), gunzip, () => undefined);
  for await (const chunk of gunzip as AsyncIterable<Buffer>) {
    got += chunk.length;
    if (got > limits.ratioFreeBytes && got > limits.ratioMax * given) {
      throw new BundleError("bundle_bomb", `The archive grows more than ${limits.ratioMax} times when it is unpacked`);
    }
    yield chunk;
  }
};

/** Whatever the index says of sizes, an archive has no more bytes than this. */
const bounded = async function* (
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  limits: BundleLimits,
): AsyncGenerator<Uint8Array> {
  let got = 0;
  for await (const chunk of chunks) {
    got += chunk.length;
    if (got > limits.bytesMax) {
      throw new BundleError("bundle_too_large", `An unpacked archive may have ${limits.bytesMax} bytes`);
    }
    yield chunk;
  }
};

const drained = (archive: Extract): Promise<void> =>
  new Promise((resolve) => {
    const goOn = (): void => {
      archive.off("drain", goOn).off("close", goOn);
      resolve();
    };
    archive.on("drain", goOn).on("close", goOn);
  });

/** Never rejects: what fails here fails for who reads the entries. */
const feed = async (archive: Extract, chunks: AsyncIterable<Uint8Array>): Promise<void> => {
  try {
    for await (const chunk of chunks) {
      if (archive.destroyed) return;
      if (!archive.write(chunk) && !archive.destroyed) await drained(archive);
    }
    archive.end(undefined);
  } catch (error) {
    archive.destroy(error as Error);
  }
};

const contentOf = async (entry: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of entry) chunks.push(chunk);
  } catch (error) {
    throw asBundleError(error);
  }
  return Buffer.concat(chunks);
};

/** The entries of a tar archive, packed by gzip or not, unchecked. Each is read, or the archive is left. */
export const readTar = async function* (
  bytes: Uint8Array,
  packing: "gzip" | "none",
  limits: BundleLimits = bundleLimits,
): AsyncGenerator<RawEntry> {
  const archive = extract();
  void feed(archive, bounded(packing === "gzip" ? unpacked(bytes, limits) : piecesOf(bytes), limits));
  try {
    for await (const entry of archive) {
      const { name, type, size } = entry.header;
      yield { name, type, size, read: () => contentOf(entry as AsyncIterable<Uint8Array>) };
    }
  } catch (error) {
    throw asBundleError(error);
  } finally {
    archive.destroy();
  }
};
