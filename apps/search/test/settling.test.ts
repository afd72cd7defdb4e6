import { unwrap } from "@nofx/client";
import { manifest } from "@nofx/testkit";
import { expect, it } from "vitest";
import type { Engine } from "../src/indexing/indexing-deps.ts";
import { expectRebuildToBeEqual } from "./equals-rebuild.ts";
import { indexed, untilBuilt, untilState } from "./index-state.ts";
import { keptWith } from "./other-keeping.ts";
import { world } from "./world.ts";

/** An engine that cannot settle a generation until it is told that it can. */
const unsettled = (engine: Engine) => {
  const own = { canSettle: false, attempts: 0 };
  const settle: Engine["settle"] = async (generation) => {
    own.attempts += 1;
    if (!own.canSettle) throw Object.assign(new Error("deadlock detected"), { code: "40P01" });
    await engine.settle(generation);
  };
  return { own, engine: { ...engine, settle } };
};

it("a generation that could not be settled is kept up, settled the next time, and searched then; nothing is listed anew", async () => {
  const here = await world();
  const alice = await here.person("publisher", "acme");
  await untilBuilt(here);
  await indexed(here, await alice.registry.publishAgent({ body: manifest({ agentId: "before" }) }));
  const { own, engine } = unsettled(here.deps.engine);
  const keeping = await keptWith(here, engine);
  await unwrap(here.operator.reindexSearch({ body: { reason: "In doubt" } }));
  await expect.poll(() => own.attempts, { timeout: 15_000 }).toBeGreaterThan(2);
  const listings = () =>
    here.database.query<{ done_at: Date }>("SELECT done_at FROM search.listings WHERE generation = 2 ORDER BY source");
  const listed = await listings();
  expect(listed).toEqual([{ done_at: expect.any(Date) }, { done_at: expect.any(Date) }]);
  await indexed(here, await alice.registry.publishAgent({ body: manifest({ agentId: "meanwhile" }) }));
  await untilState(here, { generation: 1, documents: 2, rebuild: { generation: 2, documents: 2 } });
  expect(keeping.builds.get("completed")).toBeUndefined();
  expect(keeping.builds.get("failed")).toBeGreaterThan(2);
  own.canSettle = true;
  await untilBuilt(here, 2);
  expect(await listings()).toEqual(listed);
  expect(keeping.builds.get("completed")).toBe(1);
  await untilState(here, { documents: 2, quarantined: 0 });
  expect(await expectRebuildToBeEqual(here)).toBeGreaterThan(2);
}, 60_000);
