import {
  type Contract,
  type Operation,
  type OperationArguments,
  type OperationSuccess,
  type Problem,
  problemMediaType,
  problemType,
  RawBody,
} from "@nofx/contract-kit";

/** Per-call settings that are headers on the wire. */
export interface CallOptions {
  readonly idempotencyKey?: string;
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** An answer of the contract: `ok` with one of the operation's success statuses, or a problem (RFC 9457). */
export type CallResult<Op extends Operation> =
  | ({ readonly ok: true; readonly headers: Headers } & OperationSuccess<Op>)
  | { readonly ok: false; readonly status: number; readonly problem: Problem; readonly headers: Headers };

type NoArguments = Record<never, never>;
type Call<Op extends Operation> =
  NoArguments extends OperationArguments<Op>
    ? (input?: OperationArguments<Op>, options?: CallOptions) => Promise<CallResult<Op>>
    : (input: OperationArguments<Op>, options?: CallOptions) => Promise<CallResult<Op>>;

/** One method per operation of the contract. */
export type Client<C extends Contract> = { readonly [Id in keyof C["operations"]]: Call<C["operations"][Id]> };

export interface ClientOptions {
  /** Such as `http://127.0.0.1:4000`; may end in a path, behind a proxy. */
  readonly baseUrl: string;
  readonly token?: string | undefined;
  readonly fetch?: typeof fetch;
  /** Time for one call; default 30 seconds. */
  readonly timeoutMs?: number;
}

/** Segments `.` and `..` cannot be sent, not even encoded: URLs resolve them, and the call would go somewhere else. */
const encodePath = (template: string, input: Record<string, unknown>): string =>
  template.replace(/\{(\w+)(\+?)\}/g, (_match, name: string, rest: string) => {
    const segments = rest ? String(input[name]).split("/") : [String(input[name])];
    if (input[name] === undefined || segments.some((segment) => /^\.{0,2}$/.test(segment))) {
      throw new TypeError(`"${segments.join("/")}" cannot be the ${name} of an address`);
    }
    return segments.map(encodeURIComponent).join("/");
  });

const address = (operation: Operation, input: Record<string, unknown>): string => {
  const query = new URLSearchParams();
  for (const name of Object.keys(operation.query?.shape ?? {})) {
    for (const value of [input[name]].flat()) if (value !== undefined) query.append(name, String(value));
  }
  const search = query.toString();
  return encodePath(operation.path, input) + (search && `?${search}`);
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The body that the contract promises for this status; `undefined` as a whole if the answer holds something else. */
const promised = async (operation: Operation, response: Response): Promise<{ body: unknown } | undefined> => {
  const { status } = response;
  if (status !== 304 && !(status in operation.success)) return undefined;
  const content = operation.success[status];
  if (!content) return { body: undefined };
  if ("raw" in content) return { body: new Uint8Array(await response.arrayBuffer()) };
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  return isJson ? { body: await response.json() } : undefined;
};

/** The problem of an answer. What did not come from a NOFX service, such as a proxy's error page, is told as one. */
const problemOf = async (response: Response): Promise<Problem> => {
  const text = await response.text();
  const isProblem = response.headers.get("content-type")?.startsWith(problemMediaType);
  const problem = isProblem ? parseJson(text) : undefined;
  if (problem !== undefined) return problem as Problem;
  return {
    type: problemType("unexpected_answer"),
    title: "The answer is not of this API",
    status: response.status,
    detail: text.slice(0, 500),
    code: "unexpected_answer",
    correlationId: response.headers.get("x-correlation-id") ?? "",
  };
};

/** A body on the wire: JSON, or bytes as they are. */
const sentBody = (body: unknown): { mediaType: string; content: string | Uint8Array<ArrayBuffer> } =>
  body instanceof RawBody
    ? { mediaType: body.mediaType, content: body.bytes }
    : { mediaType: "application/json", content: JSON.stringify(body) };

const call = async (
  options: ClientOptions,
  operation: Operation,
  input: Record<string, unknown>,
  extra: CallOptions,
) => {
  const headers = new Headers(extra.headers);
  if (options.token) headers.set("authorization", `Bearer ${options.token}`);
  const sent = input.body === undefined ? undefined : sentBody(input.body);
  if (sent) headers.set("content-type", sent.mediaType);
  if (extra.idempotencyKey) headers.set("idempotency-key", extra.idempotencyKey);
  if (extra.ifMatch) headers.set("if-match", extra.ifMatch);
  if (extra.ifNoneMatch) headers.set("if-none-match", extra.ifNoneMatch);
  const timeout = AbortSignal.timeout(options.timeoutMs ?? 30_000);
  const response = await (options.fetch ?? fetch)(options.baseUrl.replace(/\/$/, "") + address(operation, input), {
    method: operation.method,
    headers,
    ...(sent && { body: sent.content }),
    signal: extra.signal ? AbortSignal.any([extra.signal, timeout]) : timeout,
  });
  const { status, headers: received } = response;
  const success = await promised(operation, response);
  if (success) return { ok: true, status, body: success.body, headers: received };
  return { ok: false, status, problem: await problemOf(response), headers: received };
};

/**
 * Makes a typed client of a contract: `client.getAgent({ agentId: "code-review" })`. Path and query parameters stand side
 * by side, `body` beside them. A call answers success or problem as a value; it throws only when there is no answer,
 * or no address to ask.
 */
export const createClient = <C extends Contract>(contract: C, options: ClientOptions): Client<C> =>
  Object.fromEntries(
    Object.entries(contract.operations).map(([id, operation]) => [
      id,
      (input: Record<string, unknown> = {}, extra: CallOptions = {}) => call(options, operation, input, extra),
    ]),
  ) as Client<C>;

/** Thrown by `unwrap`. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    const items = (problem.errors ?? []).map(({ path, message }) => `\n  ${path}: ${message}`).join("");
    super(`${problem.title}${problem.detail ? `: ${problem.detail}` : ""}${items}`);
    this.name = "ProblemError";
    this.problem = problem;
  }
}

/** The body of a success, or the problem thrown. */
export const unwrap = async <Op extends Operation>(
  result: CallResult<Op> | Promise<CallResult<Op>>,
): Promise<OperationSuccess<Op>["body"]> => {
  const settled = await result;
  if (!settled.ok) throw new ProblemError(settled.problem);
  return settled.body;
};
