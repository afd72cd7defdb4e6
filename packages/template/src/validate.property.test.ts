import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ancestorsOf, cyclesIn, graphOf } from "./graph.ts";
import { placeholders, referencesIn, validateTemplate } from "./index.ts";

const ids = ["a", "b", "c", "d", "e", "f"];
const anyGraph = fc
  .array(fc.record({ id: fc.constantFrom(...ids), dependsOn: fc.uniqueArray(fc.constantFrom(...ids)) }), {
    maxLength: 6,
  })
  .map(graphOf);

/** Whether steps can be taken one after the other, each when what it waits for is done. */
const canRun = (graph: ReturnType<typeof graphOf>): boolean => {
  const done = new Set<string>();
  const isReady = ([id, before]: [string, readonly string[]]) =>
    !done.has(id) && before.every((other) => done.has(other) || !graph.has(other));
  for (let next = [...graph].find(isReady); next; next = [...graph].find(isReady)) done.add(next[0]);
  return done.size === graph.size;
};

describe("a graph of steps", () => {
  it("has a cycle exactly if its steps cannot be taken one after the other", () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        expect(cyclesIn(graph).length === 0).toBe(canRun(graph));
      }),
    );
  });

  it("tells cycles that are there: each step of one waits for the next", () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        for (const cycle of cyclesIn(graph)) {
          expect(cycle[0]).toBe(cycle.at(-1));
          for (const [index, id] of cycle.slice(1).entries()) expect(graph.get(cycle[index] ?? "")).toContain(id);
        }
      }),
    );
  });

  it("has as ancestors what is waited for, and what that waits for", () => {
    fc.assert(
      fc.property(anyGraph, fc.constantFrom(...ids), (graph, id) => {
        const direct = (graph.get(id) ?? []).filter((other) => graph.has(other));
        const expected = new Set(direct.flatMap((other) => [other, ...ancestorsOf(graph, other)]));
        expect(new Set(ancestorsOf(graph, id))).toEqual(expected);
      }),
    );
  });
});

describe("references", () => {
  const name = fc.stringMatching(/^[A-Za-z0-9_.-]{1,12}$/);
  const between = fc.string().filter((text) => !/[{}]/.test(text));

  it("are found in any text, in order, with or without spaces", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(between, name, fc.constantFrom("", " ", "\n  "))), between, (parts, end) => {
        const text = parts.map(([before, word, space]) => `${before}{{${space}${word}${space}}}`).join("") + end;
        expect(placeholders(text)).toEqual(parts.map(([, word]) => word));
      }),
    );
  });

  it("have paths that lead to the text they are in", () => {
    fc.assert(
      fc.property(fc.jsonValue(), name, (value, word) => {
        const root = { a: [value, { b: `x {{ ${word} }}` }] };
        for (const { path, name: found } of referencesIn(root)) {
          const text = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)[key], root);
          expect(placeholders(String(text))).toContain(found);
        }
        expect(referencesIn(root).at(-1)).toEqual({ path: ["a", 1, "b"], name: word, filters: [], isInText: true });
      }),
    );
  });
});

describe("validation", () => {
  it("gives a verdict on any JSON, and what it accepts has no errors", () => {
    const loosely = fc.record(
      {
        templateId: fc.oneof(fc.constant("t"), fc.jsonValue()),
        name: fc.oneof(fc.constant("T"), fc.jsonValue()),
        version: fc.oneof(fc.constant("1.0.0"), fc.jsonValue()),
        tags: fc.jsonValue(),
        metadata: fc.jsonValue(),
        files: fc.oneof(fc.jsonValue(), fc.array(fc.record({ path: fc.constant("v.json"), content: fc.json() }))),
        content: fc.oneof(
          fc.jsonValue(),
          fc.record(
            {
              kind: fc.oneof(fc.constantFrom("prompt", "workflow"), fc.jsonValue()),
              versionFile: fc.oneof(fc.constant("v.json"), fc.jsonValue()),
              steps: fc.oneof(fc.array(fc.jsonValue()), fc.jsonValue()),
              variables: fc.jsonValue(),
              input: fc.jsonValue(),
              instructions: fc.jsonValue(),
            },
            { requiredKeys: [] },
          ),
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), loosely), (input) => {
        const judged = validateTemplate(input);
        expect(judged.errors.length === 0).toBe(judged.valid);
        for (const { path } of [...judged.errors, ...judged.warnings]) expect(path).toMatch(/^\$/);
      }),
    );
  });
});
