import { canonicalForm, sha256 } from "@nofx/canonical";
import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { marketplace } from "./marketplace.ts";
import { workflow } from "./templates.ts";

const templateId = "release-notes";

describe("getTemplateVersion", () => {
  it("200: the document in canonical form, whose hash is digest and ETag, and what nobody knows of in it", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("publisher"));
    const body = workflow({
      files: [{ path: "versions/1.0.0.json", content: '{"steps":[{"id":"a","agentId":"b"}]}' }],
    });
    const { content } = workflow() as { content: object };
    const own = {
      ...body,
      $schema: "https://example.com/t.json",
      content: { ...content, variables: undefined, later: [1] },
    };
    const { version } = await unwrap(alice.publishTemplate({ body: JSON.parse(JSON.stringify(own)) }));
    const answer = await alice.getTemplateVersion({ templateId, version: "1.0.0" });
    if (!answer.ok) throw new Error(answer.problem.title);
    expect(answer.body).toMatchObject({ $schema: "https://example.com/t.json", content: { later: [1] } });
    expect(sha256(canonicalForm(answer.body))).toBe(version.digest);
    expect(answer.headers.get("etag")).toBe(`"${version.digest}"`);
    expect(answer.headers.get("cache-control")).toBe("private, max-age=31536000, immutable");
  });

  it("200: what is deprecated is not to be kept", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("admin"));
    await alice.publishTemplate({ body: workflow() });
    const body = { status: "deprecated", reason: "Old" } as const;
    await unwrap(alice.setTemplateVersionStatus({ templateId, version: "1.0.0", body }));
    const answer = await alice.getTemplateVersion({ templateId, version: "1.0.0" });
    expect(answer.headers.get("cache-control")).toBe("private, no-cache");
  });

  it("404 version_not_found and template_not_found", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("publisher"));
    await alice.publishTemplate({ body: workflow() });
    expect(await alice.getTemplateVersion({ templateId, version: "1.0.1" })).toBeProblem(404, "version_not_found");
    const other = await alice.getTemplateVersion({ templateId: "other", version: "1.0.0" });
    expect(other).toBeProblem(404, "template_not_found");
  });
});

describe("getTemplateFile", () => {
  it("200: the bytes as they were published, with the type of their name, and nothing a browser would run", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("publisher"));
    const image = {
      path: "assets/dot.html",
      content: Buffer.from([60, 0, 255]).toString("base64"),
      encoding: "base64",
    } as const;
    const files = [...(workflow().files ?? []), image];
    await unwrap(alice.publishTemplate({ body: workflow({ files }) }));
    const answer = await alice.getTemplateFile({ templateId, version: "1.0.0", path: image.path });
    expect(answer.ok && Buffer.from(answer.body)).toEqual(Buffer.from([60, 0, 255]));
    expect(answer.headers.get("content-type")).toMatch(/^text\/html/);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("content-security-policy")).toBe("default-src 'none'; sandbox");
    expect(answer.headers.get("etag")).toBe(`"${sha256(Buffer.from([60, 0, 255]))}"`);
  });

  it("200: a version's own content, when another version has another under the same path", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("publisher"));
    const asset = (content: string) => [...(workflow().files ?? []), { path: "assets/a.md", content }];
    await alice.publishTemplate({ body: workflow({ files: asset("one") }) });
    await alice.publishTemplate({ body: workflow({ version: "1.1.0", files: asset("two") }) });
    const read = async (version: string) => {
      const answer = await alice.getTemplateFile({ templateId, version, path: "assets/a.md" });
      return answer.ok && Buffer.from(answer.body).toString();
    };
    expect([await read("1.0.0"), await read("1.1.0")]).toEqual(["one", "two"]);
  });

  it("404 file_not_found, version_not_found and template_not_found", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("publisher"));
    await alice.publishTemplate({ body: workflow() });
    const get = (id: string, version: string, path: string) => alice.getTemplateFile({ templateId: id, version, path });
    expect(await get(templateId, "1.0.0", "a.md")).toBeProblem(404, "file_not_found");
    expect(await get(templateId, "2.0.0", "a.md")).toBeProblem(404, "version_not_found");
    expect(await get("other", "1.0.0", "a.md")).toBeProblem(404, "template_not_found");
  });
});
