import { createHash } from "node:crypto";
import { type FileHandle, open, readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

/** What went through while a file was copied or read. */
export interface Passed {
  readonly size: number;
  /** SHA-256, in hexadecimal digits. */
  readonly checksum: string;
}

const chunkBytesMax = 1024 * 1024;

const pass = async (from: FileHandle, keep?: (chunk: Buffer) => Promise<unknown>): Promise<Passed> => {
  const hash = createHash("sha256");
  // Most files of a cluster are small.
  const buffer = Buffer.allocUnsafe(Math.min(chunkBytesMax, (await from.stat()).size + 1));
  let size = 0;
  for (;;) {
    const { bytesRead } = await from.read(buffer, 0, buffer.length, null);
    if (bytesRead === 0) return { size, checksum: hash.digest("hex") };
    const chunk = buffer.subarray(0, bytesRead);
    hash.update(chunk);
    size += bytesRead;
    await keep?.(chunk);
  }
};

/** Reads a file to its end for its checksum. */
export const readThrough = async (file: string): Promise<Passed> => {
  const handle = await open(file);
  try {
    return await pass(handle);
  } finally {
    await handle.close();
  }
};

/** Copies a file that others may be writing to; the checksum is of the bytes that were copied. On the disk when it is done. */
export const copyFile = async (from: string, to: string, mode: number): Promise<Passed> => {
  const source = await open(from);
  try {
    const target = await open(to, "wx", mode);
    try {
      const passed = await pass(source, (chunk) => target.writeFile(chunk));
      await target.sync();
      return passed;
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
};

/** Writes a new file, on the disk when it is done. */
export const writeDurably = async (file: string, bytes: string | Buffer, mode = 0o600): Promise<void> => {
  const handle = await open(file, "wx", mode);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Puts a directory's entries on the disk: what was made or renamed in it is there after a power cut. */
export const syncDirectory = async (directory: string): Promise<void> => {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Reads a small file that is written as a whole now and then: the same twice, hence not in the middle of it. */
export const readStable = async (file: string): Promise<Buffer> => {
  for (let before = await readFile(file); ; ) {
    await delay(5);
    const now = await readFile(file);
    if (now.equals(before)) return now;
    before = now;
  }
};
