import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

type Values = ReadonlyMap<string, number>;

/** Prometheus metrics of one service: rate, errors and duration per operation, and what the service adds. */
export interface Metrics {
  readonly registry: Registry;
  /** Records one request. */
  observe(operation: string, status: number, seconds: number): void;
  /** Adds a value that is read when metrics are collected. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void;
  /** Adds values that are read when metrics are collected, by the value of a label. */
  gauges(name: string, help: string, label: string, read: () => Values | Promise<Values>): void;
  /** Adds counts that somebody else keeps, by the value of a label. */
  counter(name: string, help: string, label: string, read: () => ReadonlyMap<string, number>): void;
  /** Adds one count that somebody else keeps. */
  total(name: string, help: string, read: () => number): void;
  /** Stops the collectors. */
  close(): void;
}

/** Records requests by operation and status. */
const observing = (registry: Registry): Metrics["observe"] => {
  const duration = new Histogram({
    name: "nofx_http_request_duration_seconds",
    help: "Duration of requests by operation and status",
    labelNames: ["operation", "status"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const children = new Map<string, Histogram.Internal<"operation" | "status">>();
  return (operation, status, seconds) => {
    const key = `${operation} ${status}`;
    let child = children.get(key);
    if (!child) {
      child = duration.labels(operation, String(status));
      children.set(key, child);
    }
    child.observe(seconds);
  };
};

/** What is read when metrics are collected. */
const reading = (registry: Registry): Pick<Metrics, "gauge" | "gauges" | "counter" | "total"> => {
  const registers = [registry];
  return {
    gauge: (name, help, read) => {
      new Gauge({
        name,
        help,
        registers,
        async collect() {
          this.set(await read());
        },
      });
    },
    gauges: (name, help, label, read) => {
      new Gauge({
        name,
        help,
        labelNames: [label],
        registers,
        async collect() {
          const values = await read();
          this.reset();
          for (const [value, amount] of values) this.set({ [label]: value }, amount);
        },
      });
    },
    counter: (name, help, label, read) => {
      new Counter({
        name,
        help,
        labelNames: [label],
        registers,
        collect() {
          this.reset();
          for (const [value, count] of read()) this.inc({ [label]: value }, count);
        },
      });
    },
    total: (name, help, read) => {
      new Counter({
        name,
        help,
        registers,
        collect() {
          this.reset();
          this.inc(read());
        },
      });
    },
  };
};

export const createMetrics = (service: string): Metrics => {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  return { registry, observe: observing(registry), ...reading(registry), close: () => registry.clear() };
};
