import { unwrap } from "@nofx/client";
import { askOnce } from "@nofx/db-kit";
import type { EmbeddedServer } from "@nofx/db-kit/embedded";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adminUrlOf, makePlaces, type Places, provision, startArchiving } from "../cluster.ts";
import { destroy, type History, killBackup, liveThrough, operate, optionsOf } from "./disaster.ts";
import { type Plane, searchable, startPlane, type Tokens } from "./plane.ts";
import { until } from "./processes.ts";

let places: Places;
let tokens: Tokens;
let history: History;
let leftByKilled: string[];
let listedAfterKill: string;

beforeAll(async () => {
  places = await makePlaces();
  const server = await startArchiving(places, { dataDirectory: places.data });
  await provision(server);
  const plane = await startPlane(server);
  tokens = plane.tokens;
  leftByKilled = await killBackup(places, server.url);
  listedAfterKill = (await operate(server.url, "list", "--backups", places.backups)).text;
  history = await liveThrough(places, server, plane);
  await plane.stop();
  await destroy(server);
  console.log({ backupUnderLoad: history.backup, published: history.confirmed.length });
});

afterAll(() => places.remove());

/** Restores elsewhere and brings the services up on it, for some work. */
const restored = async (
  name: string,
  target: string[],
  work: (server: EmbeddedServer, plane: Plane) => Promise<void>,
) => {
  const data = places.elsewhere(name);
  const { code, text } = await operate("", "restore", ...optionsOf(places), "--data", data, ...target);
  console.log(text);
  expect({ code, text }).toMatchObject({ code: 0, text: expect.stringContaining("The server can be started") });
  const server = await startArchiving(places, { dataDirectory: data });
  try {
    const plane = await startPlane(server, tokens);
    try {
      await work(server, plane);
    } finally {
      await plane.stop();
    }
  } finally {
    await server.stop();
  }
};

const published = async (server: EmbeddedServer): Promise<string[]> => {
  const rows = await askOnce<{ line: string }>(
    adminUrlOf(server),
    `SELECT concat_ws(' ', 'agent', agent_id, current_version) AS line FROM registry.agent_registry
     UNION ALL SELECT concat_ws(' ', 'template', template_id, current_version) FROM marketplace.templates`,
  );
  return rows.map(({ line }) => line).sort();
};

const readersBeginAnew = async ({ clients }: Plane): Promise<void> => {
  expect(await clients.registry.listChanges({ after: history.cursors.registry })).toBeProblem(410, "changes_gone");
  const after = history.cursors.marketplace;
  expect(await clients.marketplace.listMarketplaceChanges({ after })).toBeProblem(410, "changes_gone");
};

const chainsHold = async ({ clients }: Plane): Promise<void> => {
  expect(await unwrap(clients.registry.verifyAudit())).toMatchObject({ valid: true });
  expect(await unwrap(clients.marketplace.verifyMarketplaceAudit())).toMatchObject({ valid: true });
};

const searchCatchesUp = async (server: EmbeddedServer): Promise<void> => {
  const expected = await published(server);
  const isBuilt = async (): Promise<boolean> => {
    const [row] = await askOnce<{ reading: boolean }>(
      adminUrlOf(server),
      `SELECT EXISTS (SELECT FROM search.sources WHERE cursor IS NULL OR has_gap)
         OR EXISTS (SELECT FROM search.generations WHERE built_at IS NULL AND retired_at IS NULL) AS reading`,
    );
    return row?.reading === false && (await searchable(server)).join() === expected.join();
  };
  await until(isBuilt, "search has what is published");
};

describe("a backup under load, after which everything is lost", () => {
  it("leaves nothing that passes for a backup when it is killed", () => {
    expect(leftByKilled).toEqual([expect.stringMatching(/\.partial$/)]);
    expect(listedAfterKill).toBe("");
  });

  it("is good, and was taken while writers published", async () => {
    expect(await operate("", "verify", ...optionsOf(places))).toMatchObject({ code: 0 });
    expect(history.backup.during).toBeGreaterThan(0);
  });

  it("to the latest: everything that was confirmed is there, readers begin anew, and so does search", async () => {
    await restored("latest", ["--latest"], async (server, plane) => {
      expect(await published(server)).toEqual(expect.arrayContaining(history.confirmed.map(({ line }) => line)));
      await readersBeginAnew(plane);
      await chainsHold(plane);
      await searchCatchesUp(server);
    });
  });

  it("to a moment between two publishes: everything of before is there, and nothing of after", async () => {
    const { moment, confirmed } = history;
    await restored("moment", ["--time", moment.toISOString()], async (server, plane) => {
      const there = new Set(await published(server));
      const before = confirmed.filter(({ confirmedAt }) => confirmedAt < moment.getTime());
      const after = confirmed.filter(({ askedAt }) => askedAt > moment.getTime());
      expect(before.filter(({ line }) => !there.has(line))).toEqual([]);
      expect(after.filter(({ line }) => there.has(line))).toEqual([]);
      expect([there.has("agent marker-before 1.0.0"), there.has("agent marker-after 1.0.0")]).toEqual([true, false]);
      await readersBeginAnew(plane);
      await chainsHold(plane);
      await searchCatchesUp(server);
    });
  });
});
