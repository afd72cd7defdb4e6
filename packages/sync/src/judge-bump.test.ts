import { isStable, precedenceKey } from "@nofx/versioning";
import fc from "fast-check";
import { expect, it } from "vitest";
import { unpublishedBelow } from "./judge-bump.ts";

const versions = fc.uniqueArray(
  fc
    .tuple(fc.nat(2), fc.nat(2), fc.constantFrom("", "-rc.1", "-rc.2"))
    .map(([major, minor, suffix]) => `${major}.${minor}.0${suffix}`),
  { minLength: 1, maxLength: 8 },
);

/** The registry's own rule, told plainly. */
const highestBelow = (version: string, all: readonly string[]): string | undefined => {
  const below = all
    .filter((each) => precedenceKey(each) < precedenceKey(version))
    .sort((a, b) => (precedenceKey(a) < precedenceKey(b) ? 1 : -1));
  return below.find(isStable) ?? below[0];
};

it("finds the version that the registry will compare with once all before it are published", () => {
  fc.assert(
    fc.property(versions, fc.infiniteStream(fc.boolean()), (all, isPublished) => {
      const [version = "", ...others] = all;
      const flags = new Map(others.map((each) => [each, isPublished.next().value as boolean]));
      const published = others.filter((each) => flags.get(each));
      const unpublished = others.filter((each) => !flags.get(each));
      const documents = unpublished.map((each) => ({ version: each }));
      const expected = highestBelow(version, others);
      const found = unpublishedBelow(version, documents, highestBelow(version, published));
      expect(found?.version).toBe(expected !== undefined && unpublished.includes(expected) ? expected : undefined);
    }),
  );
});
