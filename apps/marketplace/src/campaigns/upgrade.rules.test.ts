import type { TemplateVersionDocument } from "@nofx/contract-marketplace";
import { readRange, templateDependencies, validateTemplate } from "@nofx/template";
import { differencesBy, parseRange } from "@nofx/versioning";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { admitsTarget, agentOf, changedRanges, orderOf } from "./upgrade.rules.ts";

const range = fc.constantFrom("^1.0.0", "~1.2", "1.2.0", "1.x", ">=1.0.0 <2.0.0", "*", "latest", "^1 || ^2", "<2");
const to = fc.constantFrom("1.2.0", "2.0.0", "3.1.4", "0.9.0", "4.0.0-beta.1");
const name = fc.constantFrom("review", "acme/review", "other", "globex/review");
const ranges = fc.dictionary(name, range);
const content = fc.record(
  {
    steps: fc.uniqueArray(name, { minLength: 1 }).map((names) => names.map((agentId, i) => ({ id: `s${i}`, agentId }))),
    goal: fc.constantFrom("Done.", "Done well."),
    dependencies: fc.record({ agents: ranges }),
    environments: fc.dictionary(
      fc.constantFrom("test", "production"),
      fc.record({ agents: fc.dictionary(name, fc.option(range)), variables: fc.constant({ a: 1 }) }),
    ),
  },
  { requiredKeys: ["steps"] },
);

const documentOf = (given: object) =>
  ({ templateId: "t", name: "T", version: "1.0.0", content: given }) as TemplateVersionDocument;
const target = (version: string) => ({ tenant: "acme", agentId: "review", to: version });
const changed = (given: object, version: string) => {
  const document = documentOf(given);
  return changedRanges({ tenant: "acme", document }, document.content, target(version));
};
const differences = differencesBy({ severities: [], identities: {}, schemas: {} });
const isReview = (id: string) => id === "review" || id === "acme/review";

/** Every range of the agent that a content has. */
const rangesOf = (given: { readonly environments?: Record<string, { agents: Record<string, string | null> }> }) => {
  const own = templateDependencies(documentOf(given)).filter(
    ({ kind, tenant = "acme", id }) => kind === "agent" && tenant === "acme" && id === "review",
  );
  const pins = Object.values(given.environments ?? {}).flatMap(({ agents }) => Object.entries(agents));
  return [...own.map((one) => one.range), ...pins.flatMap(([id, pin]) => (isReview(id) && pin !== null ? [pin] : []))];
};

describe("ranges that an upgrade moves", () => {
  it("are all that there are of the agent and do not admit the target; nothing else is another, and it is valid", () => {
    fc.assert(
      fc.property(content, to, (given, version) => {
        const { content: after, ranges: moved } = changed(given, version);
        const told = differences(documentOf(given), documentOf(after)).map(({ path }) => path);
        for (const path of told) expect(moved.some((one) => one.path === path || one.path.startsWith(path))).toBe(true);
        for (const { before, after: is } of moved) {
          expect(before === undefined || !readRange(before)?.includes(version)).toBe(true);
          expect(parseRange(is)?.includes(version)).toBe(true);
        }
        for (const one of rangesOf(after as never)) expect(readRange(one)?.includes(version)).toBe(true);
        const isValid = validateTemplate(documentOf(given)).valid;
        expect(isValid && !validateTemplate(documentOf(after)).valid).toBe(false);
        expect(changed(after, version)).toEqual({ content: after, ranges: [] });
      }),
    );
  });

  it("keep their author's way; an agent without a range gets one where any release would not do", () => {
    const agents = { review: "^1.2.0", "globex/review": "^1.0.0" };
    const environments = { production: { agents: { "acme/review": "~1.2.0", review: null } } };
    const steps = [{ id: "s", agentId: "review" }];
    expect(changed({ steps, dependencies: { agents }, environments }, "2.0.0").ranges).toEqual([
      { path: "$.content.dependencies.agents.review", before: "^1.2.0", after: "^2.0.0" },
      { path: '$.content.environments.production.agents["acme/review"]', before: "~1.2.0", after: "~2.0.0" },
    ]);
    expect(changed({ steps }, "2.0.0-beta.1")).toEqual({
      content: { steps, dependencies: { agents: { review: ">=2.0.0-beta.1" } } },
      ranges: [{ path: "$.content.dependencies.agents.review", after: ">=2.0.0-beta.1" }],
    });
  });
});

describe("what a campaign upgrades", () => {
  it("is any other version, or those of its range; others' ranges do not keep it away", () => {
    const agent = { tenant: "acme", agentId: "review" };
    expect(orderOf({ agent, to: "2.0.0" }).concerns("1.0.0-beta")).toBe(true);
    const order = orderOf({ agent, from: "^1.0.0", to: "2.0.0" });
    expect(["1.4.0", "0.9.0"].map(order.concerns)).toEqual([true, false]);
    const other = { ...agentOf(agent), id: "other" };
    expect(admitsTarget([{ resource: other, range: "1.0.0" }], order)).toBe(true);
    expect(admitsTarget([{ resource: agentOf(agent), range: "1.0.0" }], order)).toBe(false);
  });
});
