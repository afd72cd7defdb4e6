import { unwrap } from "@nofx/client";
import { manifest } from "@nofx/testkit";
import { describe, expect, it } from "vitest";
import { indexed, stateOf, untilBuilt, untilState } from "./index-state.ts";
import { meddling } from "./meddling.ts";
import { world } from "./world.ts";

const body = { reason: "New synonyms" };

describe("reindexSearch", () => {
  it("202: builds the next index beside the present one, which takes its place by itself, and notes who wanted it", async () => {
    const here = await world();
    const alice = await here.person("publisher");
    await indexed(here, await alice.registry.publishAgent({ body: manifest() }));
    await untilBuilt(here);
    const asked = await here.operator.reindexSearch({ body });
    expect(asked).toMatchObject({ status: 202, body: { rebuild: { generation: 2, ...body, documents: 0 } } });
    await untilBuilt(here, 2);
    await untilState(here, { documents: 1, quarantined: 0 });
    expect((await stateOf(here)).rebuild).toBeUndefined();
    expect(await here.deps.index.generation()).toBe(2);
    expect(await here.database.query("SELECT action, reason, details FROM search.audit_log")).toEqual([
      { action: "index.rebuild_requested", ...body, details: { generation: 2 } },
    ]);
    expect(await here.metrics()).toMatch(/nofx_search_generation_builds_total\{outcome="completed".*\} 2/);
  });

  it("202: the present index answers, and is kept up, while a source cannot be listed", async () => {
    const registry = meddling();
    const here = await world({ fetchRegistry: registry.wrap });
    await untilBuilt(here);
    registry.before = (path, sent) =>
      path === "/api/records/agents" && sent === "" ? new Response("", { status: 503 }) : undefined;
    await unwrap(here.operator.reindexSearch({ body }));
    const alice = await here.person("publisher");
    await indexed(here, await alice.registry.publishAgent({ body: manifest() }));
    await untilState(here, { generation: 1, documents: 1, rebuild: { generation: 2, documents: 1 } });
    registry.before = () => undefined;
    await untilBuilt(here, 2);
    await untilState(here, { documents: 1 });
  });

  it("409 reindex_in_progress: one at a time; the answer says since when", async () => {
    const registry = meddling();
    registry.isDown = true;
    const here = await world({ fetchRegistry: registry.wrap });
    await untilState(here, { rebuild: { generation: 1 } });
    const refused = await here.operator.reindexSearch({ body });
    expect(refused).toBeProblem(409, "reindex_in_progress");
    expect(refused).toMatchObject({
      problem: { detail: expect.stringMatching(/^Generation 1 .* \(The first index\)/) },
    });
  });

  it("401, 403: for the operator", async () => {
    const here = await world();
    const admin = await here.person("admin");
    expect(await here.anonymous.reindexSearch({ body })).toBeProblem(401, "unauthenticated");
    expect(await admin.search.reindexSearch({ body })).toBeProblem(403, "forbidden");
  });
});
