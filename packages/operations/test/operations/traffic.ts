import { setTimeout as delay } from "node:timers/promises";
import { unwrap } from "@nofx/client";
import { publish } from "./load.ts";
import type { Clients } from "./plane.ts";

/** What callers saw of the services while they worked. */
export interface Traffic {
  readonly asked: Readonly<Record<string, number>>;
  /** Calls that failed, with the time since the beginning and why. */
  readonly failures: readonly string[];
  /** What was published, as `searchable` tells it. */
  readonly published: readonly string[];
  /** The longest that a caller waited, in milliseconds. */
  readonly slowestMs: () => number;
  stop(): Promise<void>;
}

/** Reads, publishes and searches until it is told to stop. Nothing is tried again. */
export const startTraffic = (clients: Clients): Traffic => {
  const asked: Record<string, number> = {};
  const failures: string[] = [];
  const published: string[] = [];
  const startedAt = performance.now();
  let slowestMs = 0;
  let isOver = false;

  const repeat = async (name: string, work: (number: number) => Promise<unknown>): Promise<void> => {
    for (let number = 0; !isOver; number += 1) {
      const askedAt = performance.now();
      try {
        await work(number);
        asked[name] = (asked[name] ?? 0) + 1;
      } catch (error) {
        failures.push(`${Math.round(askedAt - startedAt)} ms: ${name}: ${(error as Error).message}`);
      }
      slowestMs = Math.max(slowestMs, performance.now() - askedAt);
      await delay(5);
    }
  };
  const publishing = (type: "agent" | "template") => async (number: number) => {
    published.push((await publish(clients, type, `moving-${type}-${number}`)).line);
  };
  const { registry, marketplace, search } = clients;
  const running = Promise.all([
    repeat("publish agent", publishing("agent")),
    repeat("publish template", publishing("template")),
    repeat("list agents", () => unwrap(registry.listAgents())),
    repeat("list templates", () => unwrap(marketplace.listTemplates())),
    repeat("follow changes", () => unwrap(registry.listChanges({ from: "oldest", limit: 10 }))),
    repeat("search", () => unwrap(search.unifiedSearch({ q: "greeter" }))),
  ]);
  return {
    asked,
    failures,
    published,
    slowestMs: () => Math.round(slowestMs),
    stop: async () => {
      isOver = true;
      await running;
    },
  };
};
