import type {
  Contract,
  Operation,
  OperationArguments,
  OperationErrorCode,
  OperationSuccess,
  Problem,
} from "@nofx/contract-kit";

/** How long and how often one call is tried, and how closely its answer is looked at. */
export interface CallLimits {
  /** Attempts after the first. Default 3; 0: one attempt, and no idempotency key of the client's making. */
  readonly retries?: number;
  /** Time for one attempt; default 30 seconds. */
  readonly timeoutMs?: number;
  /** Time for all attempts and the waits between them; default twice `timeoutMs`. */
  readonly totalTimeoutMs?: number;
  /** Holds every answer against the contract's schema; what does not fit is thrown as `InvalidAnswerError`. */
  readonly validate?: boolean;
}

/** Per-call settings: headers on the wire, and limits other than the client's. */
export interface CallOptions extends CallLimits {
  /** Default: one that the client makes, where the operation takes one and may be tried again. */
  readonly idempotencyKey?: string;
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** What the client calls an answer that is not of the API, such as a proxy's error page. */
export const unexpectedAnswer = "unexpected_answer";

/** The codes of an operation's problems, as far as its contract tells them; a newer service may have further ones. */
export type ProblemCode<Op extends Operation> = OperationErrorCode<Op> | typeof unexpectedAnswer;

/** A problem whose code is one of some. */
export type CodedProblem<Code extends string> = Problem & { readonly code: Code };

/** An answer of the contract: `ok` with one of the operation's success statuses, or a problem (RFC 9457). */
export type CallResult<Op extends Operation> =
  | ({ readonly ok: true; readonly headers: Headers } & OperationSuccess<Op>)
  | {
      readonly ok: false;
      readonly status: number;
      readonly problem: CodedProblem<ProblemCode<Op>>;
      readonly headers: Headers;
    };

type NoArguments = Record<never, never>;
type Call<Op extends Operation> =
  NoArguments extends OperationArguments<Op>
    ? (input?: OperationArguments<Op>, options?: CallOptions) => Promise<CallResult<Op>>
    : (input: OperationArguments<Op>, options?: CallOptions) => Promise<CallResult<Op>>;

/** One method per operation of the contract. */
export type Client<C extends Contract> = { readonly [Id in keyof C["operations"]]: Call<C["operations"][Id]> };
