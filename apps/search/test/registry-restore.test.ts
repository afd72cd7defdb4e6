import { setTimeout as delay } from "node:timers/promises";
import { unwrap } from "@nofx/client";
import { manifest } from "@nofx/testkit";
import { expect, it } from "vitest";
import { prompt } from "../../marketplace/test/templates.ts";
import { expectRebuildToBeEqual } from "./equals-rebuild.ts";
import { indexed, recordsOf, untilBuilt, untilState } from "./index-state.ts";
import { stoppableRegistry } from "./stoppable-registry.ts";
import { operatorToken, type Person, type World, worldAround } from "./world.ts";

type Here = Pick<World, "anonymous" | "deps">;

type Published = Parameters<typeof manifest>[0];

const publish = async (here: Here, { registry }: Person, ...bodies: readonly Published[]): Promise<void> => {
  for (const body of bodies)
    await indexed(here, await registry.publishAgent({ body: manifest(body), visibility: "public" }));
};

/** Searches all the time; gives every answer there was when it is told to stop. */
const searching = ({ anonymous }: Here) => {
  const answers: string[] = [];
  let goesOn = true;
  const loop = (async () => {
    while (goesOn) {
      const answered = await anonymous.unifiedSearch({ q: "kept", sort: "name" });
      answers.push(answered.ok ? answered.body.hits.map(({ id }) => id).join() : String(answered.status));
      await delay(5);
    }
  })();
  return async (): Promise<Set<string>> => {
    goesOn = false;
    await loop;
    return new Set(answers);
  };
};

it.each([
  ["and given a new epoch before it is followed", true],
  ["and not given a new epoch", false],
])(
  "a registry restored from an older backup, %s: the index is built anew by itself, searched meanwhile",
  async (_, isRenewed) => {
    const registry = await stoppableRegistry();
    const here = await worldAround(registry);
    const alice = await here.person("publisher", "acme");
    await untilBuilt(here);
    const kept = ["one", "two"].map((name) => ({ agentId: `kept-${name}` }));
    await publish(here, alice, ...kept);
    await indexed(here, await alice.registry.publishAgent({ body: manifest({ agentId: "was-private" }) }));
    await indexed(
      here,
      await alice.marketplace.publishTemplate({ body: prompt({ templateId: "kept-prompt" }), visibility: "public" }),
    );
    await registry.stop();
    const backup = await registry.backup();
    await registry.start();
    await publish(
      here,
      alice,
      { agentId: "kept-one", version: "2.0.0", description: "Says farewell." },
      { agentId: "lost" },
      { agentId: "was-private", version: "1.1.0" },
    );
    const totalOf = async (q: string) => (await unwrap(here.anonymous.unifiedSearch({ q }))).total.value;
    expect(await Promise.all(["lost", "farewell", "was-private"].map(totalOf))).toEqual([1, 1, 1]);

    const stopSearching = searching(here);
    await registry.stop();
    await registry.start(backup);
    if (isRenewed) {
      const operator = registry.client(operatorToken);
      await unwrap(operator.renewFeedEpoch({ body: { reason: "Restored the backup of last night" } }));
    }
    await untilBuilt(here, 2);
    await expect.poll(() => here.deps.index.generation()).toBe(2);
    expect(await Promise.all(["lost", "farewell", "was-private"].map(totalOf))).toEqual([0, 0, 0]);
    expect(await stopSearching()).toEqual(new Set(["kept-prompt,kept-one,kept-two"]));
    expect(await recordsOf(here)).toEqual([
      ...["kept-one", "kept-two", "was-private"].map((id) => `agent:acme/${id}`),
      "template:acme/kept-prompt",
    ]);
    const reasons = await here.database.query<{ reason: string }>(
      "SELECT reason FROM search.generations WHERE is_current",
    );
    expect(reasons[0]?.reason).toMatch(/^The registry cannot be followed on: .*(restore|restored)/);
    await publish(here, alice, { agentId: "lost", description: "Published once more." });
    await untilState(here, { documents: 5, quarantined: 0 });
    expect(await expectRebuildToBeEqual(here)).toBeGreaterThan(5);
  },
  90_000,
);
