import { unwrap } from "@nofx/client";
import { manifest } from "@nofx/testkit";
import { describe, expect, it } from "vitest";
import { prompt } from "../../marketplace/test/templates.ts";
import { expectRebuildToBeEqual } from "./equals-rebuild.ts";
import { indexed, quarantinedIn, recordsOf, stateOf, untilBuilt, untilState } from "./index-state.ts";
import { type Person, type World, world } from "./world.ts";

const ids = ["a", "b", "c", "d", "e", "f", "g"];

const publishAgents = async (here: World, { registry }: Person): Promise<void> => {
  for (const agentId of ids) await indexed(here, await registry.publishAgent({ body: manifest({ agentId }) }));
};

/** Hands out short pages of agents, notes which ones, and refuses them when it is told to. */
const shortPages = (limit: number) => {
  const own = {
    /** After so many pages it is away. */
    left: Number.POSITIVE_INFINITY,
    /** The first name on each page that was handed out. */
    first: [] as string[],
    wrap:
      (registry: typeof fetch): typeof fetch =>
      async (input, init) => {
        const url = new URL(String(input));
        if (url.pathname !== "/api/records/agents" || init?.method === "POST") return await registry(input, init);
        if (own.left <= 0) return new Response("", { status: 503 });
        own.left -= 1;
        url.searchParams.set("limit", String(limit));
        const answered = await registry(url, init);
        const { records } = (await answered.clone().json()) as { records: { agentId: string }[] };
        own.first.push(records[0]?.agentId ?? "");
        return answered;
      },
  };
  return own;
};

const reason = "In doubt";

describe("a build", () => {
  it("whose source goes away between two pages goes on with the next one, also in another process", async () => {
    const pages = shortPages(2);
    const here = await world({ fetchRegistry: pages.wrap });
    await untilBuilt(here);
    const alice = await here.person("publisher", "acme");
    await publishAgents(here, alice);
    pages.first.length = 0;
    pages.left = 2;
    await unwrap(here.operator.reindexSearch({ body: { reason } }));
    await untilState(here, { sources: [{ reachable: false, error: "answered 503" }, {}], rebuild: { documents: 4 } });
    expect((await stateOf(here)).generation).toBe(1);
    await here.deps.keeping.stop();
    // What comes meanwhile belongs to pages that were read already, and to those that were not.
    for (const agentId of ["a-too", "g-too"]) await alice.registry.publishAgent({ body: manifest({ agentId }) });
    await here.replica();
    pages.left = Number.POSITIVE_INFINITY;
    await untilBuilt(here, 2);
    expect(pages.first).toEqual(["a", "c", "e", "g"]);
    await untilState(here, { documents: 9, quarantined: 0 });
    expect(await expectRebuildToBeEqual(here)).toBeGreaterThan(9);
  }, 60_000);

  it("is not held up by records that the registry cannot tell: they are put aside, and read when it can", async () => {
    const here = await world();
    await untilBuilt(here);
    await publishAgents(here, await here.person("publisher", "acme"));
    // As an older release with a mistake may have left it: nobody can tell the files of these.
    await here.registry.database.query(`
      SET session_replication_role = replica;
      CREATE TABLE kept AS SELECT agent_id, document FROM registry.agent_versions WHERE agent_id IN ('b', 'f');
      UPDATE registry.agent_versions SET document = jsonb_set(document::jsonb, '{files}', '7') WHERE agent_id IN ('b', 'f')`);
    await unwrap(here.operator.reindexSearch({ body: { reason } }));
    await untilBuilt(here, 2);
    expect(await recordsOf(here)).toEqual(["a", "c", "d", "e", "g"].map((id) => `agent:acme/${id}`));
    const error = "The source answers 500 to it";
    expect(await quarantinedIn(here)).toMatchObject(
      ["b", "f"].map((id) => ({ type: "agent", id, error, attempts: 1 })),
    );
    expect(await unwrap(here.operator.retryQuarantined())).toEqual({ indexed: 0, failed: 2 });
    await here.registry.database.query(`
      SET session_replication_role = replica;
      UPDATE registry.agent_versions v SET document = kept.document FROM kept WHERE kept.agent_id = v.agent_id`);
    expect(await unwrap(here.operator.retryQuarantined())).toEqual({ indexed: 2, failed: 0 });
    await untilState(here, { documents: 7, quarantined: 0 });
  }, 60_000);

  it("is not held up by a template that the marketplace cannot tell either", async () => {
    const here = await world();
    await untilBuilt(here);
    const { marketplace } = await here.person("publisher", "acme");
    for (const templateId of ids)
      await indexed(here, await marketplace.publishTemplate({ body: prompt({ templateId }) }));
    await here.marketplace.database.query(`
      SET session_replication_role = replica;
      UPDATE marketplace.template_versions SET document = '{' WHERE template_id = 'd'`);
    await unwrap(here.operator.reindexSearch({ body: { reason } }));
    await untilBuilt(here, 2);
    await untilState(here, { documents: 6, quarantined: 1 });
    expect(await quarantinedIn(here)).toMatchObject([{ type: "template", id: "d" }]);
  }, 60_000);

  it("waits for a source that fails on everything, and puts nothing aside for it", async () => {
    const failing = { is: false };
    const fetchRegistry =
      (registry: typeof fetch): typeof fetch =>
      async (input, init) => {
        const { pathname } = new URL(String(input));
        const isFailing = failing.is && pathname === "/api/records/agents";
        return isFailing ? new Response("", { status: 500 }) : await registry(input, init);
      };
    const here = await world({ fetchRegistry });
    await untilBuilt(here);
    await publishAgents(here, await here.person("publisher", "acme"));
    failing.is = true;
    await unwrap(here.operator.reindexSearch({ body: { reason } }));
    await untilState(here, { sources: [{ reachable: false, error: "answered 500" }, {}] });
    await untilState(here, { generation: 1, documents: 7, quarantined: 0, rebuild: { generation: 2, documents: 0 } });
    failing.is = false;
    await untilBuilt(here, 2);
    await untilState(here, { documents: 7, quarantined: 0 });
  }, 60_000);
});
