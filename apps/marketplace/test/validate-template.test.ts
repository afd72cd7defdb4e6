import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { marketplace } from "./marketplace.ts";
import { workflow } from "./templates.ts";

describe("validateTemplate", () => {
  it("200 valid: with the digest that the version would have, for anybody", async () => {
    const world = await marketplace();
    const report = await unwrap(world.anonymous.validateTemplate({ body: workflow() }));
    expect(report).toMatchObject({ valid: true, errors: [], warnings: [] });
    const alice = world.as(await world.person("publisher"));
    const { version } = await unwrap(alice.publishTemplate({ body: workflow() }));
    expect(version.digest).toBe(report.digest);
  });

  it("200 not valid: everything at once, each with its path, and nothing is written", async () => {
    const { anonymous, database } = await marketplace();
    const body = {
      ...workflow(),
      version: "1",
      files: [],
      content: { kind: "workflow" as const, versionFile: "../x" },
    };
    const report = await unwrap(anonymous.validateTemplate({ body }));
    expect(report.valid).toBe(false);
    expect(report.digest).toBeUndefined();
    expect(report.errors.map(({ path, field, code }) => [path, field, code])).toEqual([
      ["$.version", "version", "invalid_format"],
      ["$.content.versionFile", "content.versionFile", "invalid_format"],
      ["$.content.versionFile", "content.versionFile", "version_file_missing"],
    ]);
    expect(await database.query("SELECT FROM marketplace.templates")).toHaveLength(0);
  });

  it("200 not valid: whatever is sent as a body", async () => {
    const { anonymous } = await marketplace();
    for (const body of [null, [], "x", 7, { content: [] }, { content: { steps: "x" } }, { files: {}, content: null }]) {
      const report = await unwrap(anonymous.validateTemplate({ body: body as never }));
      expect(report.valid).toBe(false);
      expect(report.errors.length).toBeGreaterThan(0);
    }
  });

  it("200 with a warning for a category that the tree does not have, as a publish and its dry run say", async () => {
    const world = await marketplace();
    const alice = world.as(await world.person("publisher"));
    const body = workflow({ category: "enginering" });
    expect((await unwrap(world.anonymous.validateTemplate({ body }))).warnings).toEqual([]);
    await unwrap(world.operator.putCategory({ categoryId: "engineering", body: { name: "Engineering" } }));
    const told = [
      expect.objectContaining({
        path: "$.category",
        code: "category_unknown",
        severity: "warning",
        fix: "engineering",
      }),
    ];
    expect(await unwrap(world.anonymous.validateTemplate({ body }))).toMatchObject({ valid: true, warnings: told });
    expect((await unwrap(alice.publishTemplate({ body, dryRun: "true" }))).warnings).toEqual(told);
    expect((await unwrap(alice.publishTemplate({ body }))).warnings).toEqual(told);
    const known = workflow({ version: "1.1.0", category: "engineering" });
    expect((await unwrap(alice.publishTemplate({ body: known }))).warnings).toEqual([]);
    expect((await unwrap(world.anonymous.validateTemplate({ body: known }))).warnings).toEqual([]);
  });
});
