import { unwrap } from "@nofx/client";
import { manifest } from "@nofx/testkit";
import { replicatedDatabase } from "@nofx/testkit/replicated";
import { expect, it } from "vitest";
import { searchTrack } from "../src/index.ts";
import { newWord, untilIndexed } from "./indexed.ts";
import { type Person, type World, world } from "./world.ts";

const replicatedWorld = async () => {
  const database = await replicatedDatabase(searchTrack);
  const started = await world({ database, env: { DATABASE_READ_URL: database.readUrl } });
  await untilIndexed(started);
  await database.replica.caughtUp();
  return { ...started, replica: database.replica };
};

const publish = async ({ registry }: Person, word: string): Promise<string> => {
  const published = await registry.publishAgent({ body: manifest({ agentId: `agent-${word}`, name: word }) });
  if (!published.ok) throw new Error(published.problem.title);
  return published.headers.get("nofx-change") ?? "";
};

const outcomes = ({ deps }: Pick<World, "deps">) => Object.fromEntries(deps.db.replica?.outcomes ?? []);

it("a search that waits for its change finds it although the replica lags; all others are of the replica", async () => {
  const world = await replicatedWorld();
  const person = await world.person("publisher");
  const [before, after] = [newWord(), newWord()];
  const first = await publish(person, before);
  await unwrap(person.search.unifiedSearch({ q: before, min_change: first }));
  await world.replica.caughtUp();
  await world.replica.replay(false);
  const change = await publish(person, after);
  const names = async (asked: { q: string; min_change?: string }) => {
    const { hits, freshness } = await unwrap(person.search.unifiedSearch(asked));
    return [hits.map(({ name }) => name), freshness.satisfied];
  };
  expect(await names({ q: after, min_change: change })).toEqual([[after], true]);
  expect(await names({ q: after })).toEqual([[], true]);
  expect(await names({ q: before })).toEqual([[before], true]);
  const suggested = async (q: string) => (await unwrap(person.search.suggestSearch({ q }))).suggestions.length;
  expect([await suggested(before), await suggested(after)]).toEqual([1, 0]);
  const related = (id: string) => person.search.getRelations({ type: "agent", id: `agent-${id}` });
  expect([await related(before), await related(after)]).toMatchObject([{ status: 200 }, { status: 404 }]);
  const versions = async () =>
    (await unwrap(person.search.getReport({ name: "publishers", scope: "own" }))).rows.map(
      (row) => "versions" in row && row.versions,
    );
  expect(await versions()).toEqual([1]);
  await world.replica.replay(true);
  await world.replica.caughtUp();
  expect(await names({ q: after })).toEqual([[after], true]);
  expect([await suggested(after), await related(after), await versions()]).toMatchObject([1, { status: 200 }, [2]]);
  const { replica, ...others } = outcomes(world);
  expect(replica).toBeGreaterThan(8);
  expect(others).toEqual({ behind: 0, away: 0, failed: 0 });
});

it("searches go on without the replica, and the service is ready and says so", async () => {
  const world = await replicatedWorld();
  const ready = async () => {
    const answered = await world.fetch("http://search.test/health/ready");
    const { checks } = (await answered.json()) as { readonly checks: { readonly replica: unknown } };
    return [answered.status, checks.replica];
  };
  expect(await ready()).toEqual([
    200,
    { status: "ok", answers: "replica", lagSeconds: expect.stringMatching(/^\d+\.\d$/) },
  ]);
  const person = await world.person("publisher");
  const word = newWord();
  await unwrap(person.search.unifiedSearch({ q: word, min_change: await publish(person, word) }));
  await world.replica.halt();
  expect((await unwrap(person.search.unifiedSearch({ q: word }))).hits).toHaveLength(1);
  await expect.poll(ready).toEqual([200, { status: "ok", answers: "primary", reason: expect.any(String) }]);
  expect(await world.metrics()).toMatch(/^nofx_replica_reads_total\{outcome="(failed|away)",.*\} [1-9]/m);
  await world.replica.resume();
  await expect.poll(ready, { timeout: 10_000 }).toMatchObject([200, { answers: "replica" }]);
  expect(await world.metrics()).toMatch(/^nofx_replica_lag_seconds\{.*\} \d/m);
});
