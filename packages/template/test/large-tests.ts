import type { TemplateVersionDocument } from "@nofx/contract-marketplace";
import type { TestOrder } from "../src/index.ts";

const digest = `sha256:${"0".repeat(64)}`;
const agents = new Map([["w", { tenant: "a", agentId: "w", version: "1.0.0", digest }]]);
/** So many values, each made from its place. */
export const many = <Value>(count: number, make: (index: number) => Value): Value[] =>
  [...Array(count).keys()].map(make);
/** So many values by names that begin alike. */
export const named = <Value>(count: number, prefix: string, make: (index: number) => Value): Record<string, Value> =>
  Object.fromEntries(many(count, (index) => [`${prefix}${index}`, make(index)]));

/** Tests of steps that all have the same input. */
export const order = (content: object, inputs: unknown, steps = 1): TestOrder => ({
  tenant: "a",
  document: { templateId: "t", name: "T", version: "1.0.0", content } as unknown as TemplateVersionDocument,
  digest,
  steps: many(steps, (index) => ({ id: `s${index}`, agentId: "w", inputs: { x: inputs } })),
  resolutions: ["highest", "lowest"].map((name) => ({ name, agents })),
});

/** As many as a template may declare. */
export const environments = named(20, "e", () => ({}));
/** One variable that takes a long text. */
export const big = { big: { type: "string", maxLength: 100_000 } };
export const text = "y".repeat(40_000);
