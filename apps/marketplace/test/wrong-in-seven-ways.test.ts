import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { planned, publishAgent, storedRows } from "./agents.ts";
import { type MarketplaceClient, marketplace, type TestMarketplace } from "./marketplace.ts";

const templateId = "release-notes";
const token = "tok_correct-horse-battery-staple-7";
const reference = "secret://mail/password";

/** One variable of every kind, and of what can be asked of it. */
const variables = {
  since: { type: "string", required: true, pattern: "^v[0-9]+$", maxLength: 20 },
  address: { type: "string", format: "email" },
  ratio: { type: "number", exclusiveMinimum: 0, maximum: 1 },
  count: { type: "integer", minimum: 1, maximum: 10 },
  limit: {
    type: "integer",
    maximum: 100,
    rules: [
      { holds: { variable: "limit", atLeast: { variable: "count" } }, message: "The limit is not below the count" },
    ],
  },
  loud: { type: "boolean", default: false },
  mode: { type: "enum", enum: ["draft", "final"], default: "draft" },
  reviewers: { type: "array", items: { type: "string", minLength: 2 }, maxItems: 3, uniqueItems: true },
  options: { type: "object", properties: { depth: { type: "integer" } } },
  password: { type: "secret", required: true },
  filter: { type: "json", schema: { type: "object", required: ["kind"], properties: { kind: { const: "all" } } } },
  signature: { type: "string", required: true, when: { variable: "mode", equals: "final" } },
} as const;

const right = {
  since: "v7",
  address: "someone@example.com",
  ratio: 0.5,
  count: 2,
  limit: 5,
  loud: true,
  mode: "final",
  reviewers: ["Ann", "Bob"],
  options: { depth: 1 },
  password: reference,
  filter: { kind: "all" },
  signature: "A.",
};

const wrong = {
  ...right,
  since: "seven",
  address: "nowhere",
  ratio: 0,
  limit: 1,
  reviewers: ["Ann", "B"],
  password: token,
  filter: { kind: "some" },
};

describe("a template with twelve variables of every kind", () => {
  let world: TestMarketplace;
  let client: MarketplaceClient;
  beforeEach(async () => {
    world = await marketplace();
    const acme = await world.person("admin", "acme");
    client = world.as(acme);
    for (const agentId of ["collector", "editor"]) await publishAgent(world, acme, agentId, "1.0.0");
    const tests = [{ name: "fine", variables: right }];
    const content = { variables, goal: "{{ password }}", tests };
    await unwrap(client.publishTemplate({ body: planned(content) }));
  });

  /** Everything that is left anywhere, and everything that can be carried out of here. */
  const traces = async (): Promise<string[]> => {
    const bundle = Buffer.from(await unwrap(client.exportTemplates({ format: "json" }))).toString("utf8");
    const archive = Buffer.from(await unwrap(client.exportTemplates({ format: "tar" }))).toString("latin1");
    const auditNow = async () => Buffer.from(await unwrap(client.exportMarketplaceAudit())).toString("utf8");
    // An export has what is sealed, and sealing takes a moment.
    await expect.poll(auditNow, { timeout: 5_000 }).toContain(templateId);
    const audit = await auditNow();
    const changes = JSON.stringify(await unwrap(client.listMarketplaceChanges({})));
    return [world.logged(), await storedRows(world), bundle, archive, audit, changes];
  };

  it("422 with exactly seven errors for seven wrong values, each with its path and what is wrong", async () => {
    const refused = await client.renderTemplate({ templateId, body: { variables: wrong } });
    expect(refused).toBeProblem(422, "variables_invalid");
    if (refused.ok) throw new Error("not refused");
    const errors = refused.problem.errors ?? [];
    expect(errors.map(({ path, code }) => `${path} ${code}`).sort()).toEqual([
      "$.variables.address wrong_format",
      "$.variables.filter.kind not_allowed",
      "$.variables.limit rule_broken",
      "$.variables.password secret_value",
      "$.variables.ratio too_small",
      "$.variables.reviewers[1] too_short",
      "$.variables.since pattern_mismatch",
    ]);
    for (const { message } of errors) expect(message).toMatch(/\w+ \w+/);
  });

  it("a secret's value that is given by mistake is nowhere: log, tables, kept answers, error, exports", async () => {
    const key = { idempotencyKey: "k1" };
    const refused = [
      await client.renderTemplate({ templateId, body: { variables: wrong } }),
      await client.renderTemplate({ templateId, body: { variables: { ...right, password: { value: token } } } }),
      await client.testTemplate({
        body: planned({ variables, tests: [{ name: "x", variables: { ...right, password: token } }] }),
      }),
      await client.publishTemplate(
        {
          body: planned(
            { variables: { ...variables, password: { type: "secret", default: token } } },
            { version: "1.1.0" },
          ),
        },
        key,
      ),
      await client.publishTemplate(
        {
          body: planned(
            { variables, environments: { production: { variables: { password: token } } } },
            { version: "1.1.0" },
          ),
        },
        { idempotencyKey: "k2" },
      ),
    ];
    expect(refused.map(({ status }) => status)).toEqual([422, 422, expect.any(Number), 422, 422]);
    const answers = refused.map((answer) => JSON.stringify(answer));
    for (const text of [...answers, ...(await traces())]) expect(text).not.toContain(token);
  });

  it("with a reference, that is all that is known of the secret, and the plan is told nowhere else", async () => {
    const { plan } = await unwrap(client.renderTemplate({ templateId, body: { variables: right } }));
    expect(plan.variables).toEqual(right);
    expect(plan.goal).toBe(reference);
    const { report } = await unwrap(client.testTemplateVersion({ templateId, version: "1.0.0" }));
    expect(report.failed).toBe(0);
    const [logged = "", ...others] = await traces();
    expect(logged).not.toContain(reference);
    for (const text of others) expect(text.replaceAll(reference, "")).not.toContain("mail/password");
  });
});
