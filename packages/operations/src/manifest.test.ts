import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatManifest, type Manifest, parseManifest } from "./manifest.ts";

const checksums = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString("hex"));
const paths = fc
  .array(fc.string({ unit: "grapheme", minLength: 1 }), { minLength: 1 })
  .map((parts) => parts.join("/"))
  .filter((path) => !path.startsWith("/") && !path.split("/").includes(".."));
const files = fc.record({
  path: paths,
  size: fc.nat(),
  modifiedAt: fc.integer({ min: 0, max: 2 ** 31 }).map((seconds) => new Date(seconds * 1000)),
  checksum: checksums,
});
const manifests: fc.Arbitrary<Manifest> = fc.record({
  systemIdentifier: fc.option(fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }).map(String), { nil: undefined }),
  files: fc.array(files),
  timeline: fc.integer({ min: 1, max: 2 ** 31 }),
  startLsn: fc.constant("0/2000028"),
  endLsn: fc.constant("0/2000120"),
});

describe("backup_manifest", () => {
  it("says what was written into it", () => {
    fc.assert(
      fc.property(manifests, (manifest) => {
        expect(parseManifest(formatManifest(manifest))).toEqual(manifest);
      }),
    );
  });

  it("is refused if any of its bytes is another one, or its end is cut off", () => {
    const text = formatManifest({ files: [], timeline: 1, startLsn: "0/2000028", endLsn: "0/2000120" });
    fc.assert(
      fc.property(fc.nat(text.length - 1), (at) => {
        const other = text[at] === "0" ? "1" : "0";
        expect(() => parseManifest(text.slice(0, at) + other + text.slice(at + 1))).toThrow();
        expect(() => parseManifest(text.slice(0, at))).toThrow("not complete");
      }),
    );
  });

  it.each(["/etc/passwd", "base/../../x"])("is refused if it names a file outside: %s", (path) => {
    const file = { path, size: 0, modifiedAt: new Date(0), checksum: "0".repeat(64) };
    const text = formatManifest({ files: [file], timeline: 1, startLsn: "0/2000028", endLsn: "0/2000120" });
    expect(() => parseManifest(text)).toThrow();
  });
});
