import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { migrateUp } from "@nofx/db-kit";
import type { EmbeddedServer } from "@nofx/db-kit/embedded";
import { marketplaceTrack } from "@nofx/marketplace";
import { registryTrack } from "@nofx/registry";
import { searchTrack } from "@nofx/search";
import { expect, it, onTestFinished } from "vitest";
import { adminUrlOf, makePlaces, provision, startArchiving } from "../cluster.ts";
import { checkOutEarlier } from "./checkout.ts";
import { type Front, openFront } from "./front.ts";
import { clientsOf, searchable } from "./plane.ts";
import {
  envOf,
  issueTokens,
  type ServiceName,
  type ServiceProcess,
  services,
  startProcess,
  until,
} from "./processes.ts";
import { startTraffic } from "./traffic.ts";

const tracks = [registryTrack, marketplaceTrack, searchTrack];
const settleMs = 2_000;
const drainMs = 5_000;

const openFronts = async (): Promise<Record<ServiceName, Front>> => {
  const [registry, marketplace, search] = await Promise.all([openFront(), openFront(), openFront()]);
  onTestFinished(async () => void (await Promise.all([registry, marketplace, search].map((front) => front.close()))));
  return { registry, marketplace, search };
};

/** Services of two versions behind fronts that stay. */
const serving = (server: EmbeddedServer, fronts: Record<ServiceName, Front>) => {
  const running = new Map<ServiceName, ServiceProcess>();
  const urls = { registry: fronts.registry.url, marketplace: fronts.marketplace.url, search: fronts.search.url };
  let serviceToken = "";
  onTestFinished(async () => {
    for (const service of [...running.values()].reverse()) await service.stop();
  });
  return {
    urls,
    trust: (token: string): void => {
      serviceToken = token;
    },
    /** Starts a service beside the one of before, moves requests over, and stops the one of before when it has answered. */
    replace: async (name: ServiceName, checkout?: string): Promise<void> => {
      const before = running.get(name);
      const after = await startProcess(name, envOf(name, server, { urls, serviceToken }), checkout);
      running.set(name, after);
      const waiting = fronts[name].moveTo(after.url);
      const deadline = Date.now() + drainMs;
      // Whoever polls waits longer than that; a stopping service sends them home with an answer.
      while (waiting() > 0 && Date.now() < deadline) await delay(20);
      await before?.stop();
    },
  };
};

it("an upgrade in rolling order fails no request: first migrations, then one service after another", async () => {
  const { revision, directory: old } = checkOutEarlier(process.env.UPGRADE_FROM);
  onTestFinished(() => rm(old, { recursive: true, force: true }));
  const places = await makePlaces();
  onTestFinished(places.remove);
  const server = await startArchiving(places, { dataDirectory: places.data });
  onTestFinished(server.stop);
  const of = (directory: string) => join(old, "migrations", basename(directory));
  await provision(
    server,
    tracks.map((track) => ({ ...track, directory: of(track.directory) })),
  );

  const fronts = await openFronts();
  const plane = serving(server, fronts);
  await plane.replace("registry", old);
  const tokens = await issueTokens(plane.urls.registry);
  plane.trust(tokens.service);
  await plane.replace("marketplace", old);
  await plane.replace("search", old);

  const traffic = startTraffic(clientsOf(plane.urls, tokens.publisher));
  onTestFinished(traffic.stop);
  await delay(settleMs);
  const applied: string[] = [];
  for (const track of tracks) applied.push(...(await migrateUp(adminUrlOf(server), track)));
  await delay(settleMs);
  for (const name of services) {
    await plane.replace(name);
    await delay(settleMs);
  }
  await traffic.stop();

  console.log({ revision, applied, asked: traffic.asked, slowestMs: traffic.slowestMs() });
  expect(applied.length).toBeGreaterThan(0);
  expect(traffic.failures).toEqual([]);
  // Also what services ask of each other.
  expect(services.flatMap((name) => fronts[name].failures)).toEqual([]);
  expect(Object.keys(traffic.asked)).toHaveLength(6);
  const isThere = async (): Promise<boolean> => {
    const there = new Set(await searchable(server));
    return traffic.published.every((line) => there.has(line));
  };
  await until(isThere, "search has everything that was published");
});
