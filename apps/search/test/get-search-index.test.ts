import { manifest } from "@nofx/testkit";
import { describe, expect, it } from "vitest";
import { indexed, stateOf, untilBuilt, untilState } from "./index-state.ts";
import { world } from "./world.ts";

describe("getSearchIndex", () => {
  it("200: tells the generation, its size, how far either source has been followed, and what was put aside", async () => {
    const here = await world();
    const alice = await here.person("publisher");
    await indexed(here, await alice.registry.publishAgent({ body: manifest() }));
    await untilBuilt(here);
    await untilState(here, { sources: [{ seenAt: expect.any(String) }, { seenAt: expect.any(String) }] });
    const state = await stateOf(here);
    expect(state).toEqual({
      generation: 1,
      builtAt: expect.any(String),
      documents: 1,
      terms: expect.any(Number),
      sources: ["registry", "marketplace"].map((source) => ({
        source,
        reachable: true,
        cursor: expect.stringMatching(/^[0-9a-f-]{36}:\d+$/),
        seenAt: expect.any(String),
      })),
      quarantined: 0,
    });
    expect(state.terms).toBeGreaterThan(3);
  });

  it("the metrics tell the same", async () => {
    const here = await world();
    await untilBuilt(here);
    const metrics = await here.metrics();
    for (const name of ["documents", "quarantined"])
      expect(metrics).toMatch(new RegExp(`nofx_search_${name}\\{.*\\} 0`));
    for (const source of ["registry", "marketplace"]) {
      expect(metrics).toMatch(new RegExp(`nofx_search_source_reachable\\{source="${source}".*\\} 1`));
      expect(metrics).toMatch(new RegExp(`nofx_search_source_lag_seconds\\{source="${source}".*\\} `));
    }
  });

  it("401, 403: for the operator", async () => {
    const here = await world();
    const admin = await here.person("admin");
    expect(await here.anonymous.getSearchIndex()).toBeProblem(401, "unauthenticated");
    expect(await admin.search.getSearchIndex()).toBeProblem(403, "forbidden");
  });
});
