import type { Category } from "@nofx/contract-marketplace";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cycleOf, inTreeOrder, isSameCategory } from "./category.rules.ts";

const category = (id: string, parent?: string, about: Partial<Category> = {}): Category => ({
  id,
  name: id,
  description: "",
  order: 0,
  ...(parent !== undefined && { parent }),
  ...about,
});

const tree = [category("c", "b"), category("b", "a"), category("a"), category("x")];

describe("a category", () => {
  it("cannot be below itself, over whatever way", () => {
    expect(cycleOf(tree, "a", "a")).toEqual(["a", "a"]);
    expect(cycleOf(tree, "a", "b")).toEqual(["a", "b", "a"]);
    expect(cycleOf(tree, "a", "c")).toEqual(["a", "c", "b", "a"]);
    expect(cycleOf(tree, "c", "a")).toBeUndefined();
    expect(cycleOf(tree, "a", "x")).toBeUndefined();
    expect(cycleOf(tree, "new", "c")).toBeUndefined();
  });

  it("is the same if everything about it is", () => {
    expect(isSameCategory(category("a"), category("a"))).toBe(true);
    for (const about of [{ name: "b" }, { description: "b" }, { parent: "b" }, { order: 1 }]) {
      expect(isSameCategory(category("a"), category("a", undefined, about))).toBe(false);
    }
  });
});

describe("the tree", () => {
  it("is in order: each behind the one above it, siblings by order, then name", () => {
    const siblings = [
      category("s2", "a", { order: 2 }),
      category("s1", "a", { order: 1 }),
      category("s0", "a", { order: 2, name: "A" }),
    ];
    expect(inTreeOrder([...siblings, ...tree]).map(({ id }) => id)).toEqual(["a", "b", "c", "s1", "s0", "s2", "x"]);
  });

  it("loses none and shows none twice", () => {
    const parents = fc.array(fc.nat(), { maxLength: 20 });
    fc.assert(
      fc.property(parents, (chosen) => {
        const all = chosen.map((to, index) =>
          category(`c${index}`, to % (index + 1) < index ? `c${to % (index + 1)}` : undefined),
        );
        const ordered = inTreeOrder(all);
        expect(ordered.toSorted((one, other) => all.indexOf(one) - all.indexOf(other))).toEqual(all);
        for (const [index, { parent }] of ordered.entries()) {
          if (parent !== undefined) expect(ordered.findIndex(({ id }) => id === parent)).toBeLessThan(index);
        }
      }),
    );
  });
});
