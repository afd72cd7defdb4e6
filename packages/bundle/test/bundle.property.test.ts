import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BundleError, type BundleLimits, bundleLimits } from "../src/index.ts";
import { archiveOf, entry, read } from "./archives.ts";

const segment = fc.stringMatching(/^[a-z0-9_!-][a-z0-9._+!-]{0,12}$/);
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join("/"));
const bundle = fc.record({
  content: fc.jsonValue({ maxDepth: 3 }).filter((value) => JSON.stringify(value).isWellFormed()),
  entries: fc
    .uniqueArray(fc.tuple(path, fc.uint8Array({ maxLength: 2000 })), { selector: ([name]) => name, maxLength: 12 })
    .map((all) =>
      all.filter(([name]) => name !== "bundle.json").map(([name, bytes]) => entry(name, Buffer.from(bytes))),
    ),
});

const limits: BundleLimits = { ...bundleLimits, bytesMax: 200_000, entryBytesMax: 4000, entriesMax: 12 };

/** Reading gives bytes within the limits, or the package's own error. */
const isHandled = async (bytes: Uint8Array, packing: "gzip" | "none"): Promise<void> => {
  try {
    const { entries } = await read(bytes, limits, packing);
    expect(entries.length).toBeLessThanOrEqual(limits.entriesMax);
    for (const { content } of entries) expect(content.length).toBeLessThanOrEqual(limits.entryBytesMax);
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
  }
};

/** Some bytes replaced, the end cut off, a part repeated. */
const mutation = fc.record({
  changes: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }),
  cut: fc.option(fc.nat()),
  repeat: fc.option(fc.tuple(fc.nat(), fc.nat(2000))),
});

interface Damage {
  readonly changes: readonly [place: number, value: number][];
  readonly cut: number | null;
  readonly repeat: readonly [start: number, length: number] | null;
}

const mutated = (bytes: Buffer, { changes, cut, repeat }: Damage): Buffer => {
  let result = Buffer.from(bytes);
  for (const [place, value] of changes) result[place % result.length] = value;
  if (repeat) {
    const start = repeat[0] % result.length;
    result = Buffer.concat([result.subarray(0, start + repeat[1]), result.subarray(start)]);
  }
  return cut === null ? result : result.subarray(0, cut % result.length);
};

describe("for any content", () => {
  it("what is read is what was written, and written again gives the same bytes", async () => {
    await fc.assert(
      fc.asyncProperty(bundle, async ({ content, entries }) => {
        const archive = await archiveOf(entries, content);
        const again = await read(archive);
        expect(again.entries).toEqual(entries);
        expect(await archiveOf(again.entries, again.index.content)).toEqual(archive);
      }),
      { numRuns: 100 },
    );
  });
});

describe("whatever is sent", () => {
  it("random bytes are refused by the package's own error", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (bytes) => {
        await isHandled(bytes, "gzip");
        await isHandled(bytes, "none");
        await isHandled(gzipSync(bytes), "gzip");
      }),
      { numRuns: 200 },
    );
  });

  it("a damaged bundle is read within the limits, or refused", async () => {
    await fc.assert(
      fc.asyncProperty(bundle, mutation, async ({ content, entries }, damage) => {
        const archive = await archiveOf(entries, content);
        await isHandled(mutated(archive, damage), "gzip");
        const tar = mutated(gunzipSync(archive), damage);
        await isHandled(tar, "none");
        await isHandled(gzipSync(tar), "gzip");
      }),
      { numRuns: 200 },
    );
  });
});
