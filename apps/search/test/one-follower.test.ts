import { randomUUID } from "node:crypto";
import { manifest } from "@nofx/testkit";
import { describe, expect, it } from "vitest";
import { holdLease, releaseLeases } from "../src/indexing/lease.store.ts";
import { asHolder } from "../src/indexing/write-index.ts";
import { indexed, untilBuilt, untilState } from "./index-state.ts";
import { world } from "./world.ts";

const holdersIn = async ({ database }: Awaited<ReturnType<typeof world>>) =>
  await database.query<{ holder: string }>("SELECT DISTINCT holder FROM search.leases");

describe("of all processes one follows", () => {
  it("another one takes over when it stops, and when it is gone without a word", async () => {
    const here = await world();
    await untilBuilt(here);
    const [first] = await holdersIn(here);
    const other = await here.replica();
    await here.deps.keeping.stop();
    const alice = await here.person("publisher");
    await indexed(here, await alice.registry.publishAgent({ body: manifest() }), 5_000);
    expect(await holdersIn(here)).not.toContainEqual(first);
    // As a process leaves it that was killed: nobody renews it.
    const dead = randomUUID();
    await here.database.query(
      `UPDATE search.leases SET holder = '${dead}', held_until = clock_timestamp() + interval '4 seconds'`,
    );
    await indexed(other, await alice.registry.publishAgent({ body: manifest({ agentId: "later" }) }));
    await expect.poll(() => holdersIn(here), { timeout: 10_000 }).not.toContainEqual({ holder: dead });
  });

  it("whoever has lost its lease without noticing writes nothing", async () => {
    const here = await world();
    await here.deps.keeping.stop();
    const { db } = here.deps;
    const slow = { name: "registry", holder: randomUUID() } as const;
    const quick = { name: "registry", holder: randomUUID() } as const;
    expect([await holdLease(db, slow), await holdLease(db, quick)]).toEqual([true, false]);
    await here.database.query("UPDATE search.leases SET held_until = '-infinity'");
    expect(await holdLease(db, quick)).toBe(true);
    let wrote = false;
    const work = async (): Promise<void> => {
      wrote = true;
    };
    expect([await asHolder({ db, lease: slow }, work), wrote]).toEqual([false, false]);
    await releaseLeases(db, slow.holder);
    expect(await asHolder({ db, lease: quick }, work)).toBe(true);
  });

  it("a process with older rules leaves an index to those with newer ones; theirs is built anew when it is older", async () => {
    const here = await world();
    await untilBuilt(here);
    await here.database.query("UPDATE search.generations SET projection = projection + 1");
    expect(await holdLease(here.deps.db, { name: "builder", holder: randomUUID() })).toBe(false);
    await here.database.query("UPDATE search.generations SET projection = 0");
    await untilState(here, { generation: 2, builtAt: expect.any(String) });
    const [newest] = await here.database.query("SELECT reason FROM search.generations WHERE is_current");
    expect(newest).toEqual({ reason: "Newer rules make documents of records" });
  });
});
