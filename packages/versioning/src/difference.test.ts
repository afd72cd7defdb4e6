import { canonicalForm } from "@nofx/canonical";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byKey, byValue, type DocumentRules, differencesBy } from "./index.ts";

const always = (sentence: string) => {
  const verdict = ["patch", sentence] as const;
  return { added: verdict, removed: verdict, changed: verdict };
};
const rules: DocumentRules = {
  severities: [
    {
      at: "parts/*",
      part: "Part",
      added: ["minor", "Part `{}` is new"],
      removed: ["major", "Part `{}` is gone"],
      changed: ["major", "Part `{}` is another"],
    },
    { at: "parts/*/**", part: "Part's details", ...always("Part `{}` has other details") },
    { at: "notes/**", part: "Notes", ...always("Note `{}` is another") },
    {
      at: "**",
      part: "Everything else",
      ...always("`{}` is another"),
      changed: { depends: "major if it is less", judge: ({ before, after }) => less(before, after) },
    },
  ],
  identities: { parts: byKey("id"), tags: byValue, "notes/*/steps": byKey("id") },
  schemas: { input: "input", "outputs/*": "output" },
};
const less = (before: unknown, after: unknown) =>
  typeof before === "number" && typeof after === "number" && after < before
    ? (["major", "`{}` is less"] as const)
    : (["patch", "`{}` is another"] as const);
const judged = differencesBy(rules);
/** Where and what, without the judgement. */
const places = (before: object, after: object) =>
  judged(before, after).map(({ severity: _severity, reason: _reason, ...place }) => place);

// Names that every object inherits are names like any other in a document.
const name = fc.oneof(fc.constantFrom("constructor", "toString", "__proto__", "valueOf"), fc.string({ maxLength: 5 }));
const json = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, fc.constantFrom(null, true, 0, 1, "", "t"), tie("list"), tie("object")),
  list: fc.array(tie("value"), { maxLength: 3 }),
  object: fc.dictionary(name, tie("value"), { maxKeys: 3, noNullPrototype: true }),
})).value;
const document = fc.record({
  notes: json,
  tags: fc.array(fc.constantFrom("x", "y", "z")),
  parts: fc.uniqueArray(fc.record({ id: fc.constantFrom("a", "b", "c"), label: json }), { selector: ({ id }) => id }),
});

/** Keys and positions of a path without filters. */
const stepsOf = (path: string): (string | number)[] =>
  [...path.matchAll(/\.([A-Za-z_]\w*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/g)].map(([, key, position, quoted]) =>
    position !== undefined ? Number(position) : (key ?? (JSON.parse(quoted ?? "") as string)),
  );
const apply = (root: object, { path, ...values }: ReturnType<typeof places>[number]): void => {
  const steps = stepsOf(path);
  const last = steps.pop() ?? "";
  const owner = steps.reduce<unknown>((value, step) => (value as Record<PropertyKey, unknown>)[step], root) as object;
  if ("after" in values) {
    Object.defineProperty(owner, last, { value: values.after, enumerable: true, configurable: true, writable: true });
  } else if (Array.isArray(owner)) owner.length = Math.min(owner.length, Number(last));
  else Reflect.deleteProperty(owner, last);
};

describe("differences", () => {
  it("of a document to itself are none, whatever the order of its keys", () => {
    fc.assert(
      fc.property(document, (one) => {
        expect(judged(one, JSON.parse(canonicalForm(one)))).toEqual([]);
      }),
    );
  });

  it("are there exactly if the canonical texts differ", () => {
    fc.assert(
      fc.property(document, document, (one, other) => {
        expect(judged(one, other).length > 0).toBe(canonicalForm(one) !== canonicalForm(other));
      }),
      { numRuns: 500 },
    );
  });

  it("are the same in both directions, with before and after exchanged", () => {
    fc.assert(
      fc.property(document, document, (one, other) => {
        const exchanged = places(other, one).map(({ path, ...values }) => ({
          path,
          ...("after" in values && { before: values.after }),
          ...("before" in values && { after: values.before }),
        }));
        const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1);
        expect(places(one, other).toSorted(byPath)).toEqual(exchanged.toSorted(byPath));
      }),
    );
  });

  it("are complete: applied to the first document they give the second", () => {
    const structural = differencesBy({ ...rules, identities: {} });
    const anything = fc.record({ root: json });
    fc.assert(
      fc.property(anything, anything, (before, after) => {
        const result = structuredClone(before);
        for (const found of structural(before, after)) apply(result, found);
        expect(canonicalForm(result)).toBe(canonicalForm(after));
      }),
      { numRuns: 500 },
    );
  });

  it("name every changed leaf, and only those", () => {
    const leaves = fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.tuple(fc.integer(), fc.boolean()), {
      minKeys: 1,
    });
    fc.assert(
      fc.property(leaves, (marked) => {
        const before = Object.fromEntries(Object.entries(marked).map(([key, [value]]) => [key, { v: value }]));
        const after = Object.fromEntries(
          Object.entries(marked).map(([key, [value, change]]) => [key, { v: change ? `${value}` : value }]),
        );
        const expected = Object.entries(marked)
          .filter(([, [, change]]) => change)
          .map(([key, [value]]) => ({ path: `$.notes.${key}.v`, before: value, after: `${value}` }));
        expect(places({ notes: before }, { notes: after })).toEqual(expected);
      }),
    );
  });
});

describe("a difference", () => {
  const [a, b] = [
    { id: "a", label: "A" },
    { id: "b", label: "B" },
  ];
  const told = (before: object, after: object) => judged(before, after).map(({ path, reason }) => [path, reason]);

  it("addresses members by what tells them apart, and lists without such members by position", () => {
    expect(told({ parts: [a] }, { parts: [b, a] })).toEqual([["$.parts[?@.id=='b']", "Part `b` is new"]]);
    expect(told({ parts: [a] }, { parts: [{ ...a, label: "X" }] })).toEqual([
      ["$.parts[?@.id=='a'].label", "Part `a` has other details"],
    ]);
    expect(told({ parts: [a, a] }, { parts: [a, { ...a, label: "X" }] })).toEqual([
      ["$.parts[1].label", "Part `1` has other details"],
    ]);
    expect(told({ tags: ["it's"] }, { tags: [] })).toEqual([["$.tags[?@=='it\\'s']", "`tags.it's` is another"]]);
  });

  it("tells another order of such members, as the digest differs too", () => {
    expect(judged({ parts: [a, b] }, { parts: [b, a] })).toEqual([
      {
        path: "$.parts[*].id",
        before: ["a", "b"],
        after: ["b", "a"],
        severity: "patch",
        reason: "The order of a list is another one",
      },
    ]);
  });

  it("of a whole list is as grave as its gravest member, and counts the others", () => {
    expect(judged({ parts: [a, b] }, {})).toMatchObject([
      { path: "$.parts", before: [a, b], severity: "major", reason: "Part `a` is gone (and 1 more like it)" },
    ]);
    expect(judged({}, { parts: [] })).toMatchObject([{ severity: "patch", reason: "An empty `parts` is added" }]);
  });

  it("of a whole list is so too where a rule for everything else in that place comes last", () => {
    const rest = { at: "content/**", part: "Other content", ...always("`{}` is another") };
    const inner = rules.severities.map((rule) => ({ ...rule, at: rule.at.replace("parts", "content/parts") }));
    const within = differencesBy({ ...rules, severities: [...inner.slice(0, 2), rest], identities: {} });
    expect(within({ content: { parts: [a] } }, { content: {} })).toMatchObject([
      { path: "$.content.parts", severity: "major" },
    ]);
    expect(within({ content: { other: [a] } }, { content: {} })).toMatchObject([
      { path: "$.content.other", severity: "patch" },
    ]);
  });

  it("may depend on the values", () => {
    expect(judged({ seconds: 2 }, { seconds: 1 })).toMatchObject([{ severity: "major", reason: "`seconds` is less" }]);
    expect(judged({ seconds: 2 }, { seconds: 3 })).toMatchObject([{ severity: "patch" }]);
  });

  it("that no rule fits is major", () => {
    const strict = differencesBy({ severities: [], identities: {}, schemas: {} });
    expect(strict({ a: { b: 1 } }, { a: { b: 2 } })).toMatchObject([
      { path: "$.a.b", severity: "major", reason: "No rule says what a change of `a.b` means" },
    ]);
  });

  it("in a schema is judged by which way the values travel, wherever schemas are", () => {
    const [wide, narrow] = [{ maximum: 2 }, { maximum: 1 }];
    expect(judged({ input: wide }, { input: narrow })).toMatchObject([{ path: "$.input.maximum", severity: "major" }]);
    expect(judged({ outputs: { a: wide } }, { outputs: { a: narrow } })).toMatchObject([
      { path: "$.outputs.a.maximum", severity: "minor" },
    ]);
    expect(judged({ outputs: { a: wide } }, { outputs: { a: [] } })).toMatchObject([{ path: "$.outputs.a" }]);
  });

  it("is found in lists of any name if their place says so", () => {
    expect(told({ notes: { x: { steps: [a] } } }, { notes: { x: { steps: [b, a] } } })).toEqual([
      ["$.notes.x.steps[?@.id=='b']", "Note `x.steps.b` is another"],
    ]);
  });
});
