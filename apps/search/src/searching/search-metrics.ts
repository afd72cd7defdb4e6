import type { Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";

/** Tells among the metrics what becomes of searches, and how keeping them keeps up. */
export const watchSearches = (
  { metrics }: Pick<Service, "metrics">,
  { keptSearches }: Pick<Deps, "keptSearches">,
): void => {
  metrics.counter(
    "nofx_searches_total",
    "Searches by whether something was found, for other words or as typed",
    "outcome",
    () => keptSearches.outcomes,
  );
  metrics.counter(
    "nofx_search_waits_total",
    "Searches that waited for a change, by whether it came in time",
    "outcome",
    () => keptSearches.waits,
  );
  metrics.counter(
    "nofx_search_clicks_total",
    "Hits that were chosen, by whether there can have been such a hit",
    "outcome",
    () => keptSearches.clicks,
  );
  metrics.gauge("nofx_search_records_waiting", "Searches and clicks that are not written yet", keptSearches.waiting);
  metrics.total(
    "nofx_search_records_dropped_total",
    "Searches and clicks that were not kept, since too many waited",
    keptSearches.dropped,
  );
};
