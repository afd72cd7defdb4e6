import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type IssuerKind, isTrusted, judgeClaims } from "./claims.rules.ts";

const kinds: IssuerKind[] = ["github", "gitlab", "other"];
const claims = fc.dictionary(
  fc.constantFrom("repository", "ref", "workflow_ref", "sub", "event_name", "toString", "__proto__"),
  fc.constantFrom("a", "a@*", "a@refs/heads/main", "*", "push"),
);
const file = "acme/agents/.github/workflows/publish.yml";

describe("isTrusted", () => {
  it("trusts nobody whose claims differ in a single one from what is asked", () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), claims, claims, (kind, asked, given) => {
        const exact = Object.entries(asked).every(
          ([name, value]) => Object.hasOwn(given, name) && given[name] === value,
        );
        const hasPattern = "workflow_ref" in asked && asked.workflow_ref === "a@*";
        if (!exact && !hasPattern) expect(isTrusted(kind, asked, given)).toBe(false);
        if (exact && !hasPattern) expect(isTrusted(kind, asked, given)).toBe(Object.keys(asked).length > 0);
      }),
      { numRuns: 2_000 },
    );
  });

  it("never trusts more for one more claim", () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), claims, claims, (kind, asked, given) => {
        const more = { ...asked, environment: "release" };
        expect(isTrusted(kind, more, given)).toBe(false);
      }),
    );
  });

  it("trusts nobody if nothing is asked", () => {
    expect(isTrusted("other", {}, { sub: "x" })).toBe(false);
  });

  it.each([
    [`${file}@refs/heads/main`, true],
    [`${file}@refs/tags/v1.0.0`, true],
    [`${file}@refs/heads/with@sign`, true],
    [`${file}@${"0".repeat(40)}`, true],
    [`${file}`, false],
    [`${file}@`, false],
    [`${file}@main`, false],
    [`${file}@evil.yml@refs/heads/main`, false],
    [`${file}@refs@refs/heads/main`, false],
    [`${file}2@refs/heads/main`, false],
    [`x/${file}@refs/heads/main`, false],
  ])("a workflow file at any ref: %s is trusted: %s", (given, trusted) => {
    for (const name of ["workflow_ref", "job_workflow_ref", "ci_config_ref_uri"]) {
      expect(isTrusted("github", { [name]: `${file}@*` }, { [name]: given })).toBe(trusted);
    }
  });

  it("takes `@*` literally in every other claim", () => {
    expect(isTrusted("other", { sub: "a@*" }, { sub: "a@refs/heads/main" })).toBe(false);
  });

  it.each(["pull_request_target", "workflow_run", "issue_comment"])(
    "trusts a run that a stranger's %s caused only if the event is asked for",
    (event_name) => {
      const given = { repository: "acme/agents", event_name };
      expect(isTrusted("github", { repository: "acme/agents" }, given)).toBe(false);
      expect(isTrusted("github", given, given)).toBe(true);
      expect(isTrusted("gitlab", { repository: "acme/agents" }, given)).toBe(true);
    },
  );
});

describe("judgeClaims", () => {
  const codes = (kind: IssuerKind, asked: Record<string, string>) => {
    const { errors, warnings } = judgeClaims(kind, asked);
    return [...errors, ...warnings].map(({ path, code }) => `${path} ${code}`);
  };

  it.each<[IssuerKind, Record<string, string>, string[]]>([
    ["github", { repository: "acme/agents", repository_owner_id: "4711", ref: "refs/heads/main" }, []],
    ["github", { repository: "acme/agents", repository_id: "74", job_workflow_ref: `${file}@*` }, []],
    ["github", { repository_id: "74", environment: "release" }, ["$.claims workload_not_named"]],
    ["github", { repository: "acme", repository_id: "74", ref: "r" }, ["$.claims.repository repository_malformed"]],
    ["github", { repository: "acme/*", repository_id: "74", ref: "r" }, ["$.claims.repository pattern_unsupported"]],
    ["github", { repository: "acme/agents", repository_id: "74" }, ["$.claims every_run_trusted"]],
    ["github", { repository: "acme/agents", ref: "r" }, ["$.claims name_may_change_hands"]],
    ["gitlab", { project_id: "20", ref_protected: "true" }, []],
    ["gitlab", { project_path: "acme/agents", environment: "release" }, ["$.claims name_may_change_hands"]],
    ["gitlab", { project_path: "acme/agents", namespace_id: "7" }, ["$.claims every_run_trusted"]],
    ["gitlab", { namespace_id: "7", ref: "main" }, ["$.claims workload_not_named"]],
    ["other", { sub: "system:serviceaccount:ci:publisher" }, []],
    ["other", { "https://x.example/team": "a" }, ["$.claims workload_not_named"]],
    ["other", { sub: "x", jti: "1" }, ["$.claims.jti not_an_identity"]],
    ["other", { sub: "x", "https://x.example/a": "*" }, ['$.claims["https://x.example/a"] pattern_unsupported']],
    ["other", { sub: "x", workflow_ref: "*@*" }, ["$.claims.workflow_ref pattern_unsupported"]],
  ])("%s %j: %j", (kind, asked, found) => {
    expect(codes(kind, asked)).toEqual(found);
  });
});
