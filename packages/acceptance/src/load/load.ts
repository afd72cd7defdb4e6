import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { followChanges, unwrap } from "@nofx/client";
import { agent, workflow } from "../bodies.ts";
import { type Clients, clientsOf, type Person, type World } from "../world.ts";
import { type Confirmed, type Ledger, nameOf } from "./ledger.ts";

/** So long may something be away before who works with it gives up. */
const outageMsMax = 120_000;
/** One writer stays below the writes that one subject may make in a minute. */
const pauseMs = 60;
/** Another replica may know of a write so much later. */
const heardMs = 2_000;

/** What works while services go away and come back. */
export interface Load {
  readonly person: Person;
  /** How many writes and reads have succeeded, to see that it goes on. */
  readonly done: () => number;
  /** Longest time in which nothing could be read. */
  readonly quietMsMax: () => number;
  /** Ends it: what was confirmed, and what the feeds told. */
  stop(): Promise<{ readonly ledger: Ledger; readonly heard: readonly string[] }>;
  /** Begins nothing more, and waits for nothing. */
  abandon(): void;
}

interface Working {
  readonly clients: Clients;
  readonly signal: AbortSignal;
  readonly agents: (Confirmed & { readonly at: number })[];
  readonly templates: Confirmed[];
  readonly misread: string[];
  runsConfirmed: number;
  runsSent: number;
  done: number;
  readAt: number;
  quietMsMax: number;
}

/** Does something over and over. What fails is neither confirmed nor an error here: what counts is what was confirmed. */
const overAndOver = async (working: Working, work: (round: number) => Promise<void>): Promise<void> => {
  for (let round = 0; !working.signal.aborted; round += 1) {
    await work(round).then(
      () => {
        working.done += 1;
      },
      () => undefined,
    );
    await delay(pauseMs);
  }
};

const publishAgents = (working: Working): Promise<void> =>
  overAndOver(working, async (round) => {
    const body = agent({ agentId: `agent-${round % 20}`, version: `1.${round}.0` });
    const answer = await working.clients.registry.publishAgent({ body });
    const { version } = await unwrap(answer);
    const change = answer.headers.get("nofx-change");
    // Nothing is told of a version that was there: the answer to the attempt that made it was lost on its way.
    if (change)
      working.agents.push({
        id: body.agentId,
        version: version.version,
        digest: version.digest,
        change,
        at: performance.now(),
      });
  });

const publishTemplates = (working: Working): Promise<void> =>
  overAndOver(working, async (round) => {
    const version = `1.${round}.0`;
    const body = workflow({ templateId: `template-${round % 20}`, version }, { dependencies: {} });
    const answer = await working.clients.marketplace.publishTemplate({ body });
    const { version: made } = await unwrap(answer);
    const change = answer.headers.get("nofx-change");
    if (change) working.templates.push({ id: body.templateId, version, digest: made.digest, change });
  });

const reportRuns = (working: Working): Promise<void> =>
  overAndOver(working, async () => {
    const run = { runId: randomUUID(), version: "1.0.0", outcome: "succeeded" as const, durationMs: 10 };
    working.runsSent += 1;
    const body = { ...run, occurredAt: new Date().toISOString() };
    await unwrap(working.clients.marketplace.recordExecution({ templateId: "counted", body }));
    working.runsConfirmed += 1;
  });

/** Reads what was confirmed: it may be away for a while, but never gone. */
const readBack = (working: Working): Promise<void> =>
  overAndOver(working, async (round) => {
    const known = working.agents.findLastIndex(({ at }) => at < performance.now() - heardMs);
    const one = working.agents[Math.max(0, known - (round % 50))];
    if (known < 0 || !one) return;
    const answer = await working.clients.registry.getAgentVersion(
      { agentId: one.id, version: one.version },
      { retries: 0, timeoutMs: 5_000 },
    );
    if (answer.ok) {
      const now = performance.now();
      working.quietMsMax = Math.max(working.quietMsMax, now - working.readAt);
      working.readAt = now;
    } else if (answer.status < 500 && answer.status !== 429) {
      working.misread.push(`${nameOf(one)} was confirmed, and then ${answer.status} ${answer.problem.code}`);
    }
  });

const search = (working: Working): Promise<void> =>
  overAndOver(working, async () => {
    await unwrap(working.clients.search.unifiedSearch({ q: "greeter", limit: 5 }, { retries: 0, timeoutMs: 5_000 }));
  });

/** Begins to publish, report, read, search and follow, through the origin, as clients do that try again. */
export const startLoad = async (world: World): Promise<Load> => {
  const person = await world.person("publisher");
  await unwrap(person.registry.publishAgent({ body: agent() }));
  await unwrap(person.marketplace.publishTemplate({ body: workflow({ templateId: "counted" }) }));
  const stopping = new AbortController();
  const { signal } = stopping;
  const limits = { retries: 20, timeoutMs: 10_000, totalTimeoutMs: outageMsMax };
  const clients = clientsOf(world.target.origin, person.token, limits);
  const counts = { runsConfirmed: 0, runsSent: 0, done: 0, readAt: performance.now(), quietMsMax: 0 };
  const working: Working = { clients, signal, agents: [], templates: [], misread: [], ...counts };
  const heard: string[] = [];
  const reading = new AbortController();
  const feeds = [clients.registry.listChanges, clients.marketplace.listMarketplaceChanges];
  const following = feeds.map(async (list) => {
    for await (const { id } of followChanges(list, { wait: 5, signal: reading.signal, outageMsMax })) heard.push(id);
  });
  // Who follows may give up; that is told at the end, with everything else.
  for (const one of following) one.catch(() => undefined);
  const work = [publishAgents, publishTemplates, reportRuns, readBack, search].map((begin) => begin(working));
  return {
    person,
    done: () => working.done,
    quietMsMax: () => working.quietMsMax,
    abandon: () => {
      stopping.abort();
      reading.abort();
    },
    stop: async () => {
      stopping.abort();
      await Promise.all(work);
      const last = () => [working.agents, working.templates].flatMap((all) => all.at(-1)?.change ?? []);
      const deadline = performance.now() + 20_000;
      while (!last().every((change) => heard.includes(change)) && performance.now() < deadline) await delay(100);
      reading.abort();
      await Promise.all(following);
      return { ledger: working, heard };
    },
  };
};
