import { canonicalForm, sha256 } from "@nofx/canonical";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  becomesCurrent,
  differencesBy,
  isStable,
  judgePublish,
  leastVersion,
  precedenceKey,
  rollbackObstacle,
} from "./index.ts";

const differences = differencesBy({ severities: [], identities: {}, schemas: {} });
const digested = (document: object) => ({ document, digest: sha256(canonicalForm(document)) });
const number = fc.nat({ max: 2 });
const version = fc
  .tuple(number, number, number, fc.constantFrom("", "", "-rc.1", "-rc.2"))
  .map(([major, minor, patch, tail]) => `${major}.${minor}.${patch}${tail}`);

describe("a publish", () => {
  const document = fc.record({ name: fc.constantFrom("a", "b"), tags: fc.array(fc.constantFrom("x", "y")) });

  it("creates what is not there yet", () => {
    expect(judgePublish(undefined, digested({ name: "a" }), differences)).toEqual({ outcome: "created" });
  });

  it("of the same content is identical, of other content a conflict that names at least one difference", () => {
    fc.assert(
      fc.property(document, document, (before, after) => {
        const verdict = judgePublish({ version: "1.0.0", ...digested(before) }, digested(after), differences);
        const isSame = canonicalForm(before) === canonicalForm(after);
        expect(verdict.outcome).toBe(isSame ? "identical" : "conflict");
        if (verdict.outcome === "conflict") expect(verdict.difference).toEqual(differences(before, after));
        if (verdict.outcome === "conflict") expect(verdict.difference).not.toEqual([]);
      }),
    );
  });
});

describe("the current version", () => {
  it.each([
    [undefined, "0.1.0-rc.1", true],
    ["1.0.0", "1.0.1", true],
    ["1.10.0", "1.9.1", false],
    ["1.0.0", "2.0.0-rc.1", false],
    ["2.0.0-rc.1", "1.0.0", true],
    ["2.0.0-rc.1", "2.0.0-rc.2", true],
    ["2.0.0-rc.2", "2.0.0-rc.1", false],
    ["1.0.0", "1.0.0+build", false],
  ])("%s is replaced by %s: %s", (current, published, expected) => {
    expect(becomesCurrent(current, published)).toBe(expected);
  });

  it("is the highest release that was published, or without one the highest pre-release, in whatever order", () => {
    fc.assert(
      fc.property(fc.array(version, { minLength: 1 }), (published) => {
        const current = published.reduce<string | undefined>(
          (before, next) => (becomesCurrent(before, next) ? next : before),
          undefined,
        );
        const releases = published.filter(isStable);
        const candidates = releases.length > 0 ? releases : published;
        const [highest] = candidates.toSorted((a, b) => (precedenceKey(a) > precedenceKey(b) ? -1 : 1));
        expect(current).toBe(highest);
      }),
    );
  });

  it("after a rollback is whatever comes next above it", () => {
    fc.assert(
      fc.property(version, (rolledBackTo) => {
        expect(becomesCurrent(rolledBackTo, leastVersion(rolledBackTo, "patch"))).toBe(true);
      }),
    );
  });
});

describe("a rollback", () => {
  it("goes to any version that can be had and is not current", () => {
    const obstacle = (target: string, status: Parameters<typeof rollbackObstacle>[1]["status"]) =>
      rollbackObstacle("2.0.0", { version: target, status });
    expect(obstacle("1.0.0", "active")).toBeUndefined();
    expect(obstacle("1.0.0", "deprecated")).toBeUndefined();
    expect(obstacle("3.0.0", "active")).toBeUndefined();
    expect(obstacle("2.0.0", "active")).toBe("2.0.0 is the current version already.");
    expect(obstacle("1.0.0", "archived")).toBe("1.0.0 is archived.");
    expect(obstacle("1.0.0", "draft")).toBe("1.0.0 is a draft.");
  });
});
