import { type Database, pruneFeed } from "@nofx/db-kit";
import { manifest } from "@nofx/testkit";
import { expect, it } from "vitest";
import { prompt } from "../../marketplace/test/templates.ts";
import { expectRebuildToBeEqual } from "./equals-rebuild.ts";
import { indexed, recordsOf, untilBuilt, untilState } from "./index-state.ts";
import { meddling } from "./meddling.ts";
import { type Person, world } from "./world.ts";

const farAhead = new Date(Date.now() + 3_600_000);

const publish = {
  registry: ({ registry }: Person, agentId: string) => registry.publishAgent({ body: manifest({ agentId }) }),
  marketplace: ({ marketplace }: Person, templateId: string) =>
    marketplace.publishTemplate({ body: prompt({ templateId }) }),
};

it.each(["registry", "marketplace"] as const)(
  "changes of the %s that were past their retention before they were read are made up for by an index built anew",
  async (source) => {
    const away = meddling();
    const here = await world(source === "registry" ? { fetchRegistry: away.wrap } : { fetchMarketplace: away.wrap });
    const alice = await here.person("publisher", "acme");
    await untilBuilt(here);
    await indexed(here, await publish.registry(alice, "there"));
    await indexed(here, await publish.marketplace(alice, "there"));
    away.isDown = true;
    await publish[source](alice, "missed");
    const told = () => here[source].database.query(`SELECT FROM ${source}.changes WHERE resource_id = 'missed'`);
    await expect.poll(told).toHaveLength(1);
    expect(await pruneFeed(here[source].deps.db as Database<unknown>, source, farAhead)).toBeGreaterThan(0);
    expect(await told()).toHaveLength(0);
    away.isDown = false;
    await untilBuilt(here, 2);
    const [newest] = await here.database.query("SELECT reason FROM search.generations WHERE is_current");
    expect(newest).toEqual({
      reason: `The ${source} cannot be followed on: The changes behind the cursor are past their retention.`,
    });
    const missed = source === "registry" ? "agent:acme/missed" : "template:acme/missed";
    expect(await recordsOf(here)).toEqual(["agent:acme/there", missed, "template:acme/there"].sort());
    await indexed(here, await publish[source](alice, "later"));
    await untilState(here, { documents: 4, quarantined: 0 });
    expect(await expectRebuildToBeEqual(here)).toBeGreaterThan(4);
  },
  60_000,
);
