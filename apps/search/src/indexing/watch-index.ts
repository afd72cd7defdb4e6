import type { Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { countQuarantined } from "./quarantine.store.ts";
import { readStanding, type Standing } from "./standing.store.ts";

/** Metrics are wanted most when the database is away. */
const orNotANumber = (count: () => Promise<number>) => () => count().catch(() => Number.NaN);

/** Tells among the metrics how far the index has come. */
export const watchIndex = ({ metrics }: Service, deps: Deps): void => {
  const { db, engine, index, keeping } = deps;
  const bySource = (value: (source: Standing["sources"][number]) => number) => async () => {
    const { sources } = await readStanding(db).catch(() => ({ sources: [] }));
    return new Map(sources.map((source) => [source.source, value(source)]));
  };
  metrics.gauges(
    "nofx_search_source_lag_seconds",
    "How long ago everything that a source had told was in the index",
    "source",
    bySource(({ ageMs }) => (ageMs === undefined ? Number.POSITIVE_INFINITY : ageMs / 1000)),
  );
  metrics.gauges(
    "nofx_search_source_reachable",
    "1 while a source can be followed",
    "source",
    bySource(({ reachable }) => (reachable ? 1 : 0)),
  );
  const documents = async () => (await engine.size(await index.generation())).documents;
  metrics.gauge("nofx_search_documents", "Documents in the index that is searched", orNotANumber(documents));
  metrics.gauge(
    "nofx_search_quarantined",
    "Agents and templates that could not be indexed",
    orNotANumber(() => countQuarantined(db)),
  );
  metrics.counter(
    "nofx_search_generation_builds_total",
    "Builds of the index that this process ended, by what became of them",
    "outcome",
    () => keeping.builds,
  );
};
