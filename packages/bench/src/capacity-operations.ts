import { randomUUID } from "node:crypto";
import { Pool } from "undici";
import type { Loaded } from "./capacity-load.ts";
import type { CapacityStage } from "./capacity-stage.ts";
import type { Manifest } from "./content.ts";
import type { Target } from "./subjects.ts";

/** A kind of request, asked so often that clock ticks do not matter. */
export interface Operation {
  readonly name: string;
  /** What one request does: 1, or so many runs that it reports. */
  readonly units: number;
  readonly requests: number;
  readonly work: () => Promise<void>;
}

interface Asked {
  readonly path: string;
  readonly body?: unknown;
}

const connections = 8;

/** Asks one question. @throws if it is not answered with 2xx. */
const ask = async (pool: Pool, target: Target, { path, body }: Asked): Promise<void> => {
  const sent =
    body === undefined
      ? { method: "GET" as const, headers: target.headers }
      : {
          method: "POST" as const,
          headers: { ...target.headers, "content-type": "application/json" },
          body: JSON.stringify(body),
        };
  const answer = await pool.request({ path, ...sent });
  if (answer.statusCode >= 300) throw new Error(`${path}: ${answer.statusCode} ${await answer.body.text()}`);
  await answer.body.dump({ limit: Number.MAX_SAFE_INTEGER });
};

/** Asks `requests` questions, some at a time. */
const asking = (target: Target, requests: number, question: (n: number) => Asked, signal: AbortSignal) => async () => {
  const pool = new Pool(target.url, { connections, pipelining: 1 });
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < requests) {
      signal.throwIfAborted();
      await ask(pool, target, question(next++));
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, work));
  } finally {
    await pool.destroy();
  }
};

const of = <T>(list: readonly T[], n: number): T => list[n % list.length] as T;

/** Addresses of all pages of the list of agents, found by walking through it, which is what the first time costs. */
const walk = async ({ url, headers }: Target, pages: string[], signal: AbortSignal): Promise<void> => {
  for (let path: string | undefined = "/api/agents?limit=20"; path; ) {
    pages.push(path);
    const answer = await fetch(url + path, { headers, signal });
    const { nextCursor } = (await answer.json()) as { nextCursor?: string };
    path = nextCursor && `/api/agents?limit=20&cursor=${encodeURIComponent(nextCursor)}`;
  }
};

const words = "review pull request security release notes customer support triage incident log deploy cost data".split(
  " ",
);

const runReport = (templateId: string) => ({
  templateId,
  version: "1.0.0",
  runId: randomUUID(),
  environment: "production",
  outcome: "succeeded",
  durationMs: 1_200,
  tokens: 900,
  occurredAt: new Date().toISOString(),
});

/** The main operations. `scale` 1 takes some minutes; the order matters, since the first walk fills caches. */
export const operationsOf = (
  stage: CapacityStage,
  { agents, templates, versions }: Loaded,
  manifests: readonly Manifest[],
  scale: number,
  signal: AbortSignal,
): Operation[] => {
  const { registry, marketplace, search } = stage;
  const pages: string[] = [];
  const many = (requests: number): number => Math.max(4, Math.round(requests * scale));
  const single = (name: string, target: Target, requests: number, question: (n: number) => Asked): Operation => {
    const count = many(requests);
    return { name, units: 1, requests: count, work: asking(target, count, question, signal) };
  };
  const versionPath = (n: number) =>
    `/api/agents/${of(agents, n)}/versions/${of(versions, Math.floor(n / agents.length))}`;
  const all = agents.length * versions.length;
  const batch = 200;
  const manifestOf = (n: number): unknown => {
    const { files: _files, ...manifest } = of(manifests, n);
    return { ...manifest, agentId: `measured-${n}`, version: "1.0.0" };
  };
  return [
    {
      name: "page of 20 agents, for the first time",
      units: 1,
      requests: Math.ceil(agents.length / 20),
      work: () => walk(registry, pages, signal),
    },
    single("page of 20 agents, cached", registry, 20_000, (n) => ({ path: of(pages, n) })),
    {
      ...single("version, for the first time", registry, 1, () => ({ path: "" })),
      requests: all,
      work: asking(registry, all, (n) => ({ path: versionPath(n) }), signal),
    },
    single("version, cached", registry, 40_000, (n) => ({ path: versionPath(n % Math.min(all, 2_000)) })),
    single("agent, cached", registry, 20_000, (n) => ({ path: `/api/agents/${of(agents, n % 500)}` })),
    single("resolve ^1.0.0", registry, 10_000, (n) => ({
      path: `/api/agents/${of(agents, n)}/resolve?range=%5E1.0.0`,
    })),
    single("template, cached", marketplace, 20_000, (n) => ({ path: `/api/templates/${of(templates, n % 500)}` })),
    single("search of two words", search, 2_000, (n) => ({
      path: `/api/search?q=${of(words, n)}+${of(words, 1 + Math.floor(n / words.length))}`,
    })),
    single("publish of an agent, followed into the index", registry, 1_000, (n) => ({
      path: "/api/agents/publish",
      body: manifestOf(n),
    })),
    {
      ...single("report of a run, in batches of 200", marketplace, 100, () => ({
        path: "/api/templates/executions",
        body: { executions: Array.from({ length: batch }, (_, n) => runReport(of(templates, n))) },
      })),
      units: batch,
    },
  ];
};
