import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { claimsOf, provenanceOf, shownClaims, sourceOf, subjectOf } from "./workload.rules.ts";

const issuer = "https://ci.example";
const sha = "9f2c1b7de0a84a6f1c3d5e7f90a1b2c3d4e5f607";

describe("a workload's subject", () => {
  it.each([
    [
      "github",
      { repository: "acme/agents", ref: "refs/heads/main", run_id: "1" },
      "github:acme/agents@refs/heads/main#run/1",
    ],
    ["github", { repository: "acme/agents" }, "github:acme/agents"],
    ["gitlab", { project_path: "acme/agents", ref: "main", job_id: "2" }, "gitlab:acme/agents@main#job/2"],
    ["gitlab", { project_id: "20" }, "gitlab:20"],
    ["other", { sub: "service:publisher" }, "workload:https://ci.example#service:publisher"],
  ] as const)("%s %j: %s", (kind, claims, subject) => {
    expect(subjectOf(kind, issuer, claims)).toBe(subject);
  });
});

describe("a workload's claims", () => {
  it("are compared as JSON writes them; lists, objects and nothing are none", () => {
    const payload = { sub: "x", project_id: 20, ref_protected: true, groups: ["a"], nested: {}, empty: null };
    expect(claimsOf(payload)).toEqual({ sub: "x", project_id: "20", ref_protected: "true" });
  });

  it("are shown back without times and token id, and never without end", () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`c${index}`, "x".repeat(10_000)]));
    expect(shownClaims({ sub: "x", exp: "1", nbf: "1", iat: "1", jti: "1" })).toEqual({ sub: "x" });
    expect(JSON.stringify(shownClaims(many)).length).toBeLessThan(25_000);
  });

  it("are kept as far as they tell which run of what it was", () => {
    expect(provenanceOf(issuer, { repository: "acme/agents", sha, run_id: "1", jti: "j", secret: "no" })).toEqual({
      issuer,
      repository: "acme/agents",
      sha,
      run_id: "1",
      jti: "j",
    });
    expect(provenanceOf(issuer, { ref: "x".repeat(10_000) }).ref).toHaveLength(500);
  });
});

describe("a version's source commit", () => {
  const commit = fc.stringMatching(/^[0-9a-f]{7,40}$/);

  it("is what the author states, else what the workload runs on", () => {
    fc.assert(
      fc.property(fc.option(commit, { nil: undefined }), fc.option(commit, { nil: undefined }), (stated, ran) => {
        const { sourceCommit, warnings } = sourceOf(ran === undefined ? {} : { sha: ran }, stated);
        expect(sourceCommit).toBe(stated ?? ran);
        const differs = stated !== undefined && ran !== undefined && !ran.startsWith(stated);
        expect(warnings.map(({ code }) => code)).toEqual(differs ? ["source_commit_differs"] : []);
      }),
    );
  });

  it("may be abbreviated without a warning", () => {
    expect(sourceOf({ sha }, sha.slice(0, 7))).toEqual({ sourceCommit: sha.slice(0, 7), warnings: [] });
  });

  it("is unknown if neither says so, or the workload says something that is none", () => {
    for (const workload of [undefined, {}, { sha: "main" }]) {
      expect(sourceOf(workload, undefined)).toEqual({ sourceCommit: undefined, warnings: [] });
    }
  });
});
