import type { FastifyInstance } from "fastify";
import type { ClientPool } from "./database-spans.ts";

export interface TracingOptions {
  /** Base address of a receiver of OTLP over HTTP. */
  readonly endpoint: string;
  /** Name and version under which the traces appear. */
  readonly service: string;
  readonly version: string;
  /** Which part of the traces that begin here is kept, from 0 to 1. */
  readonly ratio: number;
  /** Told when traces cannot be sent; they are dropped. */
  readonly onError: (error: Error) => void;
}

/** Traces of one service: of what it is asked, what it asks others, and what it asks its database. */
export interface Tracing {
  /** Begins a span for every request; what happens meanwhile belongs to it. Call it before there are routes. */
  ofServer(app: FastifyInstance): void;
  /** Makes a span for every query that belongs to one. */
  ofDatabase(pool: ClientPool): void;
  /** Sends what was not sent yet, in bounded time. */
  stop(): Promise<void>;
}

/** Starts tracing. What it needs is loaded only now: who does not trace pays nothing. */
export const startTracing = async (options: TracingOptions): Promise<Tracing> => {
  const { openTracing } = await import("./open-tracing.ts");
  return openTracing(options);
};
