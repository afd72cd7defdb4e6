import type { FeedHealth, ServiceMetrics, ServiceName } from "@nofx/contract-search";
import type { Deps } from "../deps.ts";
import { parseExposition } from "./exposition.rules.ts";
import { readIndexFigures } from "./index-figures.store.ts";
import { feedHealth } from "./own-health.rules.ts";
import { ask, type Probed, probe } from "./probe.ts";
import { type Snapshot, snapshotOf, summarize } from "./traffic.rules.ts";

/** Tells what the services are doing. */
export type GetMetricsSummary = () => Promise<{
  readonly at: string;
  readonly services: ServiceMetrics[];
  readonly feeds?: FeedHealth[];
}>;

/** Rates over less than this jump about. */
const windowMs = 10_000;

/** Remembers what metrics were, to tell what has happened since. Two are enough: they lie a window or more apart. */
const remembered = (): ((now: Snapshot) => Snapshot | undefined) => {
  let kept: readonly Snapshot[] = [];
  return (now) => {
    const base = kept.findLast(({ atMs }) => now.atMs - atMs >= windowMs);
    const last = kept.at(-1);
    if (!last || now.atMs - last.atMs >= windowMs) kept = [...kept.slice(-1), now];
    return base;
  };
};

const metricsText = async (asked: Promise<{ readonly status: number; readonly text: string }>): Promise<string> => {
  const { status, text } = await asked;
  if (status !== 200) throw new Error(`status ${status}`);
  return text;
};

const teller = (name: ServiceName, now: () => Date, read: () => Promise<string>): (() => Promise<ServiceMetrics>) => {
  const asking = probe(read);
  const before = remembered();
  return async () => {
    const asked: Probed<string> = await asking();
    if (!asked.ok) return { name, status: "failed", reason: asked.reason };
    const snapshot = snapshotOf(parseExposition(asked.value), now().getTime());
    if (!snapshot) return { name, status: "failed", reason: "the answer holds no metrics of a service" };
    return { name, status: "ok", ...summarize(snapshot, before(snapshot)) };
  };
};

export const metricsSummary = ({ db, now, peers }: Deps, ownMetrics: () => Promise<string>): GetMetricsSummary => {
  const tellers = [
    teller("registry", now, () => metricsText(ask(peers.registry, "/metrics"))),
    teller("marketplace", now, () => metricsText(ask(peers.marketplace, "/metrics"))),
    teller("search", now, ownMetrics),
  ];
  const askFigures = probe(() => readIndexFigures(db));
  return async () => {
    const [services, figures] = await Promise.all([Promise.all(tellers.map((tell) => tell())), askFigures()]);
    return {
      at: now().toISOString(),
      services,
      ...(figures.ok && { feeds: figures.value.feeds.map(feedHealth) }),
    };
  };
};
