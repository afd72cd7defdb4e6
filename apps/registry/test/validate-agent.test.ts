import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { registry } from "./registry.ts";

describe("validateAgent", () => {
  it("200 valid: without a token, with the digest that publishing gives", async () => {
    const { as, given, anonymous } = await registry();
    const report = await unwrap(anonymous.validateAgent({ body: given.manifest() }));
    expect(report).toMatchObject({ valid: true, errors: [], warnings: [] });
    const alice = as(await given.publisher());
    const { version } = await unwrap(alice.publishAgent({ body: given.manifest() }));
    expect(report.digest).toBe(version.digest);
  });

  it("200 invalid: every problem at once, with path, field, code and a suggested fix", async () => {
    const { given, anonymous, database } = await registry();
    const report = await unwrap(
      anonymous.validateAgent({
        body: given.manifest({ agentId: "My Agent", version: "v1.2.0", name: "", description: 7 as never }),
      }),
    );
    expect(report.valid).toBe(false);
    expect(report.digest).toBeUndefined();
    expect(report.errors).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ path: "$.agentId", field: "agentId", severity: "error", fix: "my-agent" }),
        expect.objectContaining({ path: "$.version", fix: "1.2.0" }),
        expect.objectContaining({ path: "$.name" }),
        expect.objectContaining({ path: "$.description", code: "invalid_type" }),
      ]),
    );
    expect(await database.query("SELECT FROM registry.agent_registry")).toHaveLength(0);
  });

  it("200 invalid: for JSON that is no object at all", async () => {
    const { anonymous } = await registry();
    for (const body of [null, 1, "text", [], [[]]]) {
      const report = await unwrap(anonymous.validateAgent({ body: body as never }));
      expect(report.valid).toBe(false);
      expect(report.errors.length).toBeGreaterThan(0);
    }
  });
});
