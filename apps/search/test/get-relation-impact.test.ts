import { unwrap } from "@nofx/client";
import { expect, it } from "vitest";
import { agent, keep, template, uses, versions } from "./kept-records.ts";
import { world } from "./world.ts";

const asked = { type: "agent", id: "review", tenant: "acme", version: "1.1.0" } as const;
const review = agent("review", { currentVersion: "2.0.0", versions: versions("2.0.0", "1.1.0", "1.0.0") });

it("200: what breaks without a version, why, and what would satisfy it", async () => {
  const { deps, anonymous } = await world();
  await keep(
    deps,
    review,
    template("locked", { uses: [uses("review", { range: "^1.0.0", locked: "1.1.0" })] }),
    template("ranged", { uses: [uses("review", { range: "^1.0.0" })] }),
    template("narrow", { uses: [uses("review", { range: "~1.1.0" })] }),
    template("elsewhere", { uses: [uses("review", { range: "^1.0.0", locked: "1.0.0" })] }),
    template("above", { uses: [uses("narrow", { kind: "template", range: "*" })] }),
  );
  const impact = await unwrap(anonymous.getRelationImpact(asked));
  expect(impact).toMatchObject({ version: "1.1.0", breaking: 3, satisfied: 1, truncated: false });
  const told = impact.dependents.map(({ id, depth, reason, breaks, satisfiedBy }) => [
    id,
    depth,
    reason,
    breaks,
    satisfiedBy,
  ]);
  expect(told).toEqual([
    ["locked", 1, "locked", true, "1.0.0"],
    ["narrow", 1, "range", true, undefined],
    ["above", 2, "range", true, undefined],
    ["ranged", 1, "range", false, "1.0.0"],
  ]);
  const cut = await unwrap(anonymous.getRelationImpact({ ...asked, limit: 1 }));
  expect([cut.dependents.map(({ id }) => id), cut.breaking, cut.truncated]).toEqual([["locked"], 3, true]);
});

it("200: dependents that the caller may not read are in no number", async () => {
  const { deps, anonymous, person } = await world();
  const alice = await person("viewer");
  const { tenant } = alice;
  const hidden = [uses("review", { locked: "1.1.0" })];
  await keep(deps, review, template("hidden", { tenant, visibility: "private", uses: hidden }));
  expect((await unwrap(alice.search.getRelationImpact(asked))).breaking).toBe(1);
  const empty = { version: "1.1.0", breaking: 0, satisfied: 0, dependents: [], truncated: false };
  expect(await unwrap(anonymous.getRelationImpact(asked))).toEqual(empty);
});

it("200: that a range is left without a version is unsure where not all versions are known", async () => {
  const { deps, anonymous } = await world();
  await keep(
    deps,
    { ...review, versionCount: 101 },
    template("narrow", { uses: [uses("review", { range: "1.1.0" })] }),
  );
  expect(await unwrap(anonymous.getRelationImpact(asked))).toMatchObject({ breaking: 1, truncated: true });
  const unlisted = await unwrap(anonymous.getRelationImpact({ ...asked, version: "0.1.0" }));
  expect(unlisted).toMatchObject({ breaking: 0, truncated: false });
});

it("404 resource_not_found: one that another tenant keeps private is like one that is not there", async () => {
  const { deps, anonymous, person } = await world();
  const { tenant } = await person("viewer");
  await keep(deps, { ...review, tenant, visibility: "private" });
  expect(await anonymous.getRelationImpact({ ...asked, tenant })).toBeProblem(404, "resource_not_found");
  expect(await anonymous.getRelationImpact(asked)).toBeProblem(404, "resource_not_found");
});

it("404 version_not_found: no such version, or a draft", async () => {
  const { deps, anonymous } = await world();
  const [draft] = versions("3.0.0");
  await keep(deps, {
    ...review,
    versions: [{ ...draft, status: "draft" } as never, ...review.versions],
    versionCount: 4,
  });
  expect(await anonymous.getRelationImpact({ ...asked, version: "9.9.9" })).toBeProblem(404, "version_not_found");
  expect(await anonymous.getRelationImpact({ ...asked, version: "3.0.0" })).toBeProblem(404, "version_not_found");
});
