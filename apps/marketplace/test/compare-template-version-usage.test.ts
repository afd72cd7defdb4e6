import { newcombeInterval } from "@nofx/analytics";
import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { counted, report, runs, withRuns } from "./runs.ts";

const pair = { templateId: "release-notes", tenant: "acme", a: "1.0.0", b: "1.1.0" };
const failed = { outcome: "failed" } as const;
const later = { version: "1.1.0" };

describe("compareTemplateVersionUsage", () => {
  it("200: says that a version is better only where the interval does, and worse the other way round", async () => {
    const { world, acme } = await withRuns();
    await report(acme, [...runs(48), ...runs(32, failed)]);
    await report(acme, [...runs(56, { ...later, durationMs: 9 }), ...runs(14, { ...later, ...failed })]);
    await counted(world);
    const shown = await unwrap(acme.compareTemplateVersionUsage(pair));
    const interval = newcombeInterval({ successes: 48, trials: 80 }, { successes: 56, trials: 70 });
    expect(shown).toMatchObject({
      scope: "all",
      a: { version: "1.0.0", runs: 80, succeeded: 48 },
      b: { version: "1.1.0", runs: 70, duration: { meanMs: 9 } },
      success: { difference: 56 / 70 - 48 / 80, ...interval, samples: { a: 80, b: 70 }, verdict: "better" },
    });
    const back = await unwrap(acme.compareTemplateVersionUsage({ ...pair, a: "1.1.0", b: "1.0.0" }));
    expect(back.success.verdict).toBe("worse");
  });

  it("200: is unclear with few runs, or none; others compare their own runs", async () => {
    const { world, acme, globex } = await withRuns();
    await report(acme, [...runs(4), ...runs(1, failed), ...runs(5, later)]);
    await report(globex, runs(1, { tenant: "acme", environment: "staging" }));
    await counted(world);
    expect((await unwrap(acme.compareTemplateVersionUsage(pair))).success.verdict).toBe("unclear");
    const own = await unwrap(globex.compareTemplateVersionUsage(pair));
    expect(own).toMatchObject({ scope: "own", a: { runs: 1 }, b: { runs: 0 } });
    expect(own.success).toEqual({ samples: { a: 1, b: 0 }, verdict: "unclear" });
    const staged = await unwrap(acme.compareTemplateVersionUsage({ ...pair, environment: "staging" }));
    expect([staged.a.runs, staged.b.runs]).toEqual([1, 0]);
  });

  it("404 template_not_found, 404 version_not_found: what is not there is not compared", async () => {
    const { acme } = await withRuns();
    const answer = (asked: object) => acme.compareTemplateVersionUsage({ ...pair, ...asked });
    expect(await answer({ templateId: "none" })).toBeProblem(404, "template_not_found");
    expect(await answer({ b: "9.9.9" })).toBeProblem(404, "version_not_found");
    expect(await answer({ from: "2026-02-01", to: "2026-01-01" })).toBeProblem(400, "request_invalid");
  });
});
