import type { Difference } from "@nofx/contract-kit";
import { describe, expect, it } from "vitest";
import { classification, judgeNumber, type NumberCase } from "./index.ts";

const document = (version: string, severity?: Difference["severity"]) => ({ version, severity });
type Document = ReturnType<typeof document>;
/** Documents that say themselves how much has changed in them. */
const classify = (_before: Document, { severity }: Document) =>
  classification(severity ? [{ path: "$.part", severity, reason: `A ${severity} thing` }] : []);

const judged = (given: Partial<NumberCase<Document>>) =>
  judgeNumber({
    policy: "enforce",
    classify,
    below: document("1.0.0"),
    published: document("1.0.1", "major"),
    isTaken: async () => false,
    highestRelease: async () => undefined,
    ...given,
  });
const change = { previous: "1.0.0", required: "major", declared: "patch" };

describe("a version number that is to be published", () => {
  it("is refused if it says too little, with the least that would do and the reasons", async () => {
    expect(await judged({})).toEqual({
      outcome: "refused",
      detail: "1.0.1 is a patch from 1.0.0, but the change is major. A major thing. Publish as 2.0.0.",
      members: { ...change, least: "2.0.0", reasons: [{ path: "$.part", severity: "major", reason: "A major thing" }] },
    });
  });

  it("is allowed if it says enough, with what was compared", async () => {
    const verdict = await judged({ published: document("2.0.0", "major") });
    expect(verdict).toEqual({ outcome: "allowed", change: { ...change, declared: "major" }, warnings: [] });
  });

  it("is warned about where the policy only warns", async () => {
    expect(await judged({ policy: "warn" })).toMatchObject({
      outcome: "allowed",
      change,
      warnings: [{ code: "version_bump_too_small", fix: "2.0.0" }],
    });
  });

  it("is held against nothing where the policy is off, or nothing is below", async () => {
    expect(await judged({ policy: "off" })).toEqual({ outcome: "allowed", warnings: [] });
    expect(await judged({ below: undefined })).toEqual({ outcome: "allowed", warnings: [] });
  });

  it("goes above the highest release if the least that would do is taken", async () => {
    const taken = { isTaken: async () => true };
    const above = await judged({ ...taken, highestRelease: async () => document("3.1.0") });
    expect(above).toMatchObject({ members: { least: "4.0.0" } });
    expect(await judged(taken)).toMatchObject({ members: { least: "2.0.0" } });
  });
});
