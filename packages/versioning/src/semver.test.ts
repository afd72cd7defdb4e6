import type { Difference } from "@nofx/contract-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classification, judgeSemver, leastAbove, semverWarning, tooSmall } from "./index.ts";

type Severity = Difference["severity"];
const document = (version: string, ...changes: readonly Severity[]) => ({ version, changes });
type Document = ReturnType<typeof document>;
/** Documents that say themselves what has changed in them. */
const classify = (_before: Document, { changes }: Document) =>
  classification(
    changes.map((severity, index) => ({ path: `$.parts[${index}]`, severity, reason: `${severity} ${index}` })),
  );
const judged = (from: string, to: string, ...changes: readonly Severity[]) =>
  judgeSemver(classify, document(from), document(to, ...changes));

describe("a version number", () => {
  it("that says enough needs no reasons; one that does not has exactly those that demand more", () => {
    expect(judged("1.0.0", "1.1.0", "minor", "patch")).toMatchObject({ enough: true, reasons: [] });
    const verdict = judged("1.0.0", "1.0.1", "minor", "patch", "minor");
    expect(verdict).toMatchObject({ enough: false, required: "minor", declared: "patch", least: "1.1.0" });
    expect(verdict.reasons.map(({ path }) => path)).toEqual(["$.parts[0]", "$.parts[2]"]);
  });

  it("is refused with at most 100 reasons", () => {
    const changes = Array.from({ length: 150 }, () => "major" as const);
    expect(judged("1.0.0", "1.0.1", ...changes).reasons).toHaveLength(100);
  });

  it("has a least one above any release that would be enough there", () => {
    const number = fc.nat({ max: 5 });
    const release = fc.tuple(number, number, number).map((parts) => parts.join("."));
    const changes = fc.array(fc.constantFrom("patch", "minor", "major"));
    fc.assert(
      fc.property(release, changes, (version, found) => {
        const least = leastAbove(classify, document(version), document("0.0.0", ...found));
        expect(judged(version, least, ...found).enough).toBe(true);
      }),
    );
  });
});

describe("the sentence about a number that says too little", () => {
  it("names both numbers, the reasons and the number that would do", () => {
    expect(tooSmall("1.0.1", judged("1.0.0", "1.0.1", "major"), "2.0.0")).toBe(
      "1.0.1 is a patch from 1.0.0, but the change is major. major 0. Publish as 2.0.0.",
    );
  });

  it("tells three reasons, counts the others, and repeats none", () => {
    const verdict = judged("1.0.0", "1.0.1", "major", "major", "major", "major");
    expect(tooSmall("1.0.1", verdict, "2.0.0")).toMatch(/major 0\. major 1\. major 2\. And 1 more\./);
    const [reason] = verdict.reasons;
    const alike = { ...verdict, reasons: reason ? [reason, reason, reason, reason] : [] };
    expect(tooSmall("1.0.1", alike, "2.0.0")).toMatch(/but the change is major\. major 0\. Publish/);
  });

  it("is a warning about the version, with the fix, where the policy only warns", () => {
    expect(semverWarning("Too small", "2.0.0")).toEqual({
      path: "$.version",
      field: "version",
      code: "version_bump_too_small",
      severity: "warning",
      message: "Too small",
      fix: "2.0.0",
    });
  });
});
