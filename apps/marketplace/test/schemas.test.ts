import { readFileSync } from "node:fs";
import { join } from "node:path";
import { schemaDocuments } from "@nofx/schemas";
import { describe, expect, it } from "vitest";
import { marketplace } from "./marketplace.ts";

const committed = join(import.meta.dirname, "../../../packages/shared/schemas");

describe("the JSON Schemas", () => {
  it("200 byte for byte as they are committed, for anybody, with the digest as ETag", async () => {
    const { fetch } = await marketplace();
    for (const { paths, file, digest, mediaType } of schemaDocuments()) {
      for (const path of paths) {
        const response = await fetch(`http://marketplace.test${path}`);
        expect({ path, status: response.status, etag: response.headers.get("etag") }).toEqual({
          path,
          status: 200,
          etag: `"${digest}"`,
        });
        expect(response.headers.get("content-type")).toBe(`${mediaType}; charset=utf-8`);
        expect(await response.text()).toBe(readFileSync(join(committed, file), "utf8"));
      }
    }
  });
});
