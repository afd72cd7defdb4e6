import type { Span } from "@opentelemetry/api";
import { beginCall, endWith } from "./span-scope.ts";

type Ask = (...args: unknown[]) => unknown;
type Callback = (error: unknown, result?: unknown, ...more: unknown[]) => unknown;

/** A connection to PostgreSQL, as pg has it. */
interface TracedClient {
  query: Ask;
}

/** A pool of connections, as pg has it: `connect` calls back or gives a promise. */
export interface ClientPool {
  // biome-ignore lint/suspicious/noExplicitAny: pg declares both forms as overloads.
  connect: (...args: any[]) => any;
}

/** What this file uses of pg's arguments: a text, a named statement, or a query object that calls back. */
interface Statement {
  readonly text?: string;
  callback?: Callback;
  submit?: unknown;
}

/** The first word: what a statement does. Its text stays here, since some texts hold values. */
const nameOf = (statement: string | Statement): string => {
  const text = typeof statement === "string" ? statement : (statement.text ?? "");
  return /[a-z]+/i.exec(text)?.[0].toUpperCase() ?? "QUERY";
};

const ending =
  (span: Span, callback: Callback): Callback =>
  (error, ...rest) => {
    if (error) endWith(span, error);
    else span.end();
    return callback(error, ...rest);
  };

const traced =
  (ask: Ask): Ask =>
  (...args) => {
    const statement = args[0] as string | Statement;
    const name = nameOf(statement);
    const span = beginCall(name, { "db.system.name": "postgresql", "db.operation.name": name });
    if (!span) return ask(...args);
    const last = args.at(-1);
    if (typeof last === "function") return ask(...args.slice(0, -1), ending(span, last as Callback));
    if (typeof statement === "object" && statement.submit && statement.callback) {
      statement.callback = ending(span, statement.callback);
      return ask(...args);
    }
    const result = ask(...args);
    if (!(result instanceof Promise)) {
      span.end();
      return result;
    }
    result.then(
      () => span.end(),
      (error) => endWith(span, error),
    );
    return result;
  };

const known = new WeakSet<TracedClient>();

const trace = (client: TracedClient): void => {
  if (known.has(client)) return;
  known.add(client);
  client.query = traced(client.query.bind(client));
};

/** A span for each query of a connection of this pool, if it belongs to one. */
export const traceQueries = (pool: ClientPool): void => {
  const connect = pool.connect.bind(pool);
  pool.connect = (callback?: (error: unknown, client?: TracedClient, ...more: unknown[]) => unknown) => {
    if (callback) {
      return connect((error: unknown, client?: TracedClient, ...more: unknown[]) => {
        if (client) trace(client);
        return callback(error, client, ...more);
      });
    }
    return (connect() as Promise<TracedClient>).then((client) => {
      trace(client);
      return client;
    });
  };
};
