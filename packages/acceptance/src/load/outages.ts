import { setTimeout as delay } from "node:timers/promises";
import { unwrap } from "@nofx/client";
import type { Target } from "../target.ts";
import { type Clients, openWorld, type World } from "../world.ts";
import { faultsOf } from "./ledger.ts";
import { type Load, startLoad } from "./load.ts";
import { lookAfter } from "./look.ts";

/** Something that goes away and comes back. */
export interface Outage {
  readonly what: string;
  readonly happen: () => Promise<void>;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** So soon must everything be well again by itself. */
const recoveryMsMax = 60_000;

/** Waits until the system says of itself that it is well; gives how long that took. @throws if it takes too long */
export const untilWell = async ({ search }: Clients, msMax: number, signal?: AbortSignal): Promise<number> => {
  const startedAt = performance.now();
  for (;;) {
    signal?.throwIfAborted();
    const told = await unwrap(search.getSystemHealth(undefined, { timeoutMs: 5_000 })).catch((error: Error) => error);
    const tookMs = performance.now() - startedAt;
    if (!(told instanceof Error) && told.status === "ok") return tookMs;
    if (tookMs > msMax) {
      const shown = told instanceof Error ? told.message : JSON.stringify(told, null, 2);
      throw new Error(`Not well after ${Math.round(msMax / 1000)} s:\n${shown}`);
    }
    await delay(200);
  }
};

const untilBusy = async (done: () => number, more: number, signal: AbortSignal): Promise<void> => {
  const goal = done() + more;
  const deadline = Date.now() + recoveryMsMax;
  while (done() < goal) {
    if (Date.now() > deadline) throw new Error(`Work does not go on: ${goal - done()} of ${more} steps are missing`);
    await delay(50, undefined, { signal });
  }
};

/** What the proof tells as it goes on, and what ends it early. */
export interface Watching {
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
}

const goThrough = async (world: World, load: Load, outages: readonly Outage[], watching: Watching): Promise<void> => {
  const { tell, signal } = watching;
  for (const { what, happen } of outages) {
    await untilBusy(load.done, 100, signal);
    const startedAt = performance.now();
    await happen();
    await untilWell(world.operator, recoveryMsMax, signal);
    await untilBusy(load.done, 50, signal);
    tell(`${what} went away and came back: work goes on after ${seconds(performance.now() - startedAt)}`);
  }
};

/**
 * Lets one thing after another go away while there is much to do, and holds what is there afterwards against what was
 * confirmed. Gives what is wrong: nothing, if nothing that was confirmed is lost.
 */
export const surviveOutages = async (
  target: Target,
  outages: readonly Outage[],
  watching: Watching,
): Promise<readonly string[]> => {
  const world = openWorld(target);
  const load = await startLoad(world);
  await goThrough(world, load, outages, watching).catch((error: unknown) => {
    load.abandon();
    throw error;
  });
  const { ledger, heard } = await load.stop();
  const { agents, templates, runsConfirmed, runsSent } = ledger;
  watching.tell(
    `Confirmed meanwhile: ${agents.length} versions of agents, ${templates.length} of templates, ${runsConfirmed} of ${runsSent} runs. Nothing could be read for ${seconds(load.quietMsMax())} at the longest.`,
  );
  const faults = faultsOf(ledger, await lookAfter(world, load.person, ledger, heard));
  await world.leave();
  return faults;
};
