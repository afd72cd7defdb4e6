import { Client, errors } from "@opensearch-project/opensearch";
import { problem } from "../../problem.ts";

/** Where OpenSearch is, and as whom it is asked. */
export interface OpensearchAccess {
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** One call of the REST API. */
export interface Call {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: object;
  /** Instead of a body: one JSON text a line. */
  readonly lines?: readonly object[];
  readonly timeoutMs: number;
  /** Statuses that are answers, too. */
  readonly allowed?: readonly number[];
}

/** What was answered: the status and the JSON. */
export interface Answered<T> {
  readonly status: number;
  readonly body: T;
}

/** OpenSearch, as it is asked. */
export interface Connection {
  ask<T>(call: Call): Promise<Answered<T>>;
  close(): Promise<void>;
}

/**
 * For who searches and for the follower: nothing is wrong with what was asked, and it may be asked again. Of the cause only
 * the text is kept: the client's errors hold documents and credentials, which no log is to have.
 */
const unavailable = (detail: string, cause: string): Error => {
  const failure = problem("unavailable", { detail, headers: { "retry-after": "2" } });
  failure.cause = new Error(cause);
  return failure;
};

/** What OpenSearch says about itself in an error. */
const reasonOf = (error: InstanceType<typeof errors.ResponseError>): string => {
  const body = error.body as { readonly error?: { readonly type?: string; readonly reason?: string } } | undefined;
  return `${body?.error?.type ?? "error"}: ${body?.error?.reason ?? error.message}`;
};

/** Requests that OpenSearch cannot carry out, however often they are sent. */
const refusals = new Set([400, 413]);

/** What an answer is that OpenSearch itself gives as an error, or as one in parts. */
export const failedPart = (status: number, reason: string): Error => {
  if (refusals.has(status)) return new Error(`OpenSearch refused the request: ${reason}`);
  const detail = status === 404 ? "The index is not there, or not yet." : "The search engine cannot answer now.";
  return unavailable(detail, reason);
};

const translated = (error: unknown): unknown => {
  if (!(error instanceof errors.OpenSearchClientError)) return error;
  if (!(error instanceof errors.ResponseError)) {
    return unavailable("The search engine does not answer.", `${error.name}: ${error.message}`);
  }
  return failedPart(error.statusCode ?? 500, reasonOf(error));
};

/** Opens connections when they are needed. Every call has a time after which it is given up. */
export const connectOpensearch = ({ url, username, password }: OpensearchAccess): Connection => {
  const auth = username !== undefined && password !== undefined ? { auth: { username, password } } : {};
  // The transport's own retries would multiply the time that a call may take.
  const client = new Client({ node: url, ...auth, maxRetries: 0 });
  return {
    ask: async <T>({ method, path, query, body, lines, timeoutMs, allowed = [] }: Call) => {
      try {
        const answer = await client.transport.request(
          { method, path, querystring: { ...query }, ...(body && { body }), ...(lines && { bulkBody: [...lines] }) },
          { requestTimeout: timeoutMs, ignore: [...allowed] },
        );
        return { status: answer.statusCode ?? 0, body: answer.body as T };
      } catch (error) {
        throw translated(error);
      }
    },
    close: () => client.close(),
  };
};
