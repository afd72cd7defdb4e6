import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** Prometheus metrics of one service: rate, errors and duration per operation, and what the service adds. */
export interface Metrics {
  readonly registry: Registry;
  /** Records one request. */
  observe(operation: string, status: number, seconds: number): void;
  /** Adds a value that is read when metrics are collected. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void;
  /** Adds counts that somebody else keeps, by the value of a label. */
  counter(name: string, help: string, label: string, read: () => ReadonlyMap<string, number>): void;
  /** Stops the collectors. */
  close(): void;
}

export const createMetrics = (service: string): Metrics => {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: "nofx_http_request_duration_seconds",
    help: "Duration of requests by operation and status",
    labelNames: ["operation", "status"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const children = new Map<string, Histogram.Internal<"operation" | "status">>();
  return {
    registry,
    observe: (operation, status, seconds) => {
      const key = `${operation} ${status}`;
      let child = children.get(key);
      if (!child) {
        child = duration.labels(operation, String(status));
        children.set(key, child);
      }
      child.observe(seconds);
    },
    gauge: (name, help, read) => {
      new Gauge({
        name,
        help,
        registers: [registry],
        async collect() {
          this.set(await read());
        },
      });
    },
    counter: (name, help, label, read) => {
      new Counter({
        name,
        help,
        labelNames: [label],
        registers: [registry],
        collect() {
          this.reset();
          for (const [value, count] of read()) this.inc({ [label]: value }, count);
        },
      });
    },
    close: () => registry.clear(),
  };
};
