import { AgentManifest, type AgentVersionDocument } from "@nofx/contract-registry";
import { compareBumps, prettyForm } from "@nofx/versioning";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalForm, classify, toPublication, validateManifest } from "./index.ts";

const word = fc.constantFrom("a", "b", "c", "d");
const schema = fc.record(
  {
    type: fc.constantFrom("string", "number", "integer", "null"),
    enum: fc.uniqueArray(word, { minLength: 1 }),
    minimum: fc.integer({ min: 0, max: 3 }),
    maximum: fc.integer({ min: 0, max: 3 }),
    pattern: fc.constantFrom("^a", "^b"),
    description: word,
    default: word,
  },
  { requiredKeys: [] },
);
const objectSchema = fc.record(
  {
    type: fc.constant("object"),
    properties: fc.dictionary(word, schema, { noNullPrototype: true }),
    required: fc.uniqueArray(word),
    additionalProperties: fc.boolean(),
  },
  { requiredKeys: [] },
);
const range = fc.constantFrom("^1.0.0", "^1.2.0", "~1.2.0", "^2.0.0", "*", "latest");
const definition = fc.record(
  {
    entryPrompt: fc.constantFrom("a.md", "b.md"),
    entry: fc.constantFrom("a.ts", "b.ts"),
    model: fc.constantFrom("claude-sonnet-4", "claude-sonnet-4-5", "gpt-5", "gpt-5-mini"),
    capabilities: fc.uniqueArray(word),
    inputs: objectSchema,
    outputs: objectSchema,
    tools: fc.array(fc.oneof(word, fc.record({ name: word, x: fc.boolean() }))),
    mcpServers: fc.dictionary(word, fc.record({ command: word, args: fc.array(word) }), { noNullPrototype: true }),
    permissions: fc.uniqueArray(word),
    resources: fc.record({ timeoutSeconds: fc.integer({ min: 1, max: 9 }) }),
    dependencies: fc.record({
      agents: fc.dictionary(word, range, { noNullPrototype: true }),
      packages: fc.array(fc.tuple(word, range).map(([name, version]) => `${name}@${version}`)),
    }),
    endpoints: fc.array(fc.record({ url: word.map((name) => `https://${name}.example`), protocol: word })),
    security: fc.dictionary(word, fc.record({ scopes: fc.array(word) }), { noNullPrototype: true }),
    flavour: fc.jsonValue({ maxDepth: 2 }),
  },
  { requiredKeys: ["entryPrompt"] },
);
/** The parts of a document, each of which changes without the others. */
const parts = {
  name: word,
  description: word,
  capabilities: fc.uniqueArray(fc.record({ id: word, label: word }), { selector: ({ id }) => id }),
  tags: fc.uniqueArray(word),
  metadata: fc.dictionary(word, fc.jsonValue({ maxDepth: 2 }), { noNullPrototype: true }),
  extra: fc.jsonValue({ maxDepth: 2 }),
  manifest: definition,
};
const content = fc.record(parts, { requiredKeys: ["name", "manifest"] });
const toDocument = (given: object): AgentVersionDocument => {
  const manifest = AgentManifest.parse({ agentId: "agent", version: "1.0.0", ...given });
  return JSON.parse(toPublication(manifest).text) as AgentVersionDocument;
};
const document = content.map(toDocument);

/** A step that takes one place from the first document to the second: a part, or a part of the definition. */
type Edit = { readonly at: "top" | "manifest"; readonly key: string };
const editsBetween = (before: object, after: object): Edit[] => {
  const keys = (one: object, other: object) => [...new Set([...Object.keys(one), ...Object.keys(other)])];
  const [left, right] = [before as AgentVersionDocument, after as AgentVersionDocument];
  return [
    ...keys(left, right)
      .filter((key) => key !== "manifest")
      .map((key) => ({ at: "top", key }) as const),
    ...keys(left.manifest, right.manifest).map((key) => ({ at: "manifest", key }) as const),
  ];
};
const copyKey = (to: Record<string, unknown>, from: Record<string, unknown>, key: string): void => {
  if (Object.hasOwn(from, key)) to[key] = from[key];
  else delete to[key];
};
const applied = (before: AgentVersionDocument, after: AgentVersionDocument, edits: readonly Edit[]) => {
  const result = structuredClone(before);
  for (const { at, key } of edits) {
    if (at === "top") copyKey(result, after, key);
    else copyKey(result.manifest, after.manifest, key);
  }
  return result;
};

describe("of any valid documents", () => {
  it("the classification never throws, and demands something exactly if something differs", () => {
    fc.assert(
      fc.property(document, document, (before, after) => {
        const { bump, differences } = classify(before, after);
        expect(bump === "none").toBe(canonicalForm(before) === canonicalForm(after));
        expect(bump === "none").toBe(differences.length === 0);
        for (const { reason } of differences) expect(reason).toMatch(/^[A-Z`].*[^.]$/);
      }),
      { numRuns: 200 },
    );
  });

  it("nothing differs from itself", () => {
    fc.assert(
      fc.property(document, (one) => {
        expect(classify(one, structuredClone(one))).toEqual({ bump: "none", differences: [] });
      }),
    );
  });

  it("more changes never demand less: the bump grows along any sequence of edits of different places", () => {
    fc.assert(
      fc.property(document, document, fc.infiniteStream(fc.nat()), (before, after, random) => {
        const ranks = new Map(editsBetween(before, after).map((edit) => [edit, random.next().value]));
        const edits = [...ranks.keys()].sort((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0));
        const cuts = [random.next().value, random.next().value].map((cut) => cut % (edits.length + 1));
        const [some = 0, more = 0] = cuts.sort((a, b) => a - b);
        const bumpOf = (count: number) => classify(before, applied(before, after, edits.slice(0, count))).bump;
        const all = bumpOf(edits.length);
        expect(compareBumps(bumpOf(some), bumpOf(more))).toBeLessThanOrEqual(0);
        expect(compareBumps(bumpOf(more), all)).toBeLessThanOrEqual(0);
        expect(all).toBe(classify(before, after).bump);
      }),
      { numRuns: 200 },
    );
  });

  it("more changes inside a schema never demand less", () => {
    fc.assert(
      fc.property(objectSchema, objectSchema, fc.boolean(), (before, after, isInput) => {
        const wrap = (schema: object) =>
          toDocument({ name: "A", manifest: { entryPrompt: "p", [isInput ? "inputs" : "outputs"]: schema } });
        const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
        const stage: Record<string, unknown> = { ...before };
        let last = classify(wrap(before), wrap(stage)).bump;
        for (const key of keys) {
          copyKey(stage, after as Record<string, unknown>, key);
          const { bump } = classify(wrap(before), wrap(stage));
          expect(compareBumps(bump, last)).toBeGreaterThanOrEqual(0);
          last = bump;
        }
      }),
      { numRuns: 200 },
    );
  });

  it("printing and parsing give the same document, whose canonical form stays", () => {
    fc.assert(
      fc.property(document, (one) => {
        const again = JSON.parse(prettyForm(one)) as AgentVersionDocument;
        expect(again).toEqual(one);
        expect(canonicalForm(again)).toBe(canonicalForm(one));
      }),
    );
  });

  it("the generated ones are valid manifests, as publishing judges them", () => {
    fc.assert(
      fc.property(document, (one) => {
        const { errors } = validateManifest(one);
        expect(errors.filter(({ code }) => code !== "duplicate")).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});
