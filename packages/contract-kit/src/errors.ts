/** One entry of an error catalogue: what a code means, with which HTTP status it is answered. */
export interface ErrorDefinition {
  /** HTTP status code. */
  readonly status: number;
  /** Short, the same for every occurrence (RFC 9457 `title`). */
  readonly title: string;
  /** What happened and what the caller can do about it. */
  readonly description: string;
}

/** A catalogue: error code → definition. Codes are permanent once released. */
export type ErrorCatalogue = Readonly<Record<string, ErrorDefinition>>;

/** Declares a catalogue and keeps its codes as literal types. */
export const defineErrors = <const T extends ErrorCatalogue>(errors: T): T => errors;

/** The errors that any operation of any service may answer. */
export const coreErrors = defineErrors({
  request_invalid: {
    status: 400,
    title: "The request is not valid",
    description: "A parameter or the body does not fit the contract; `errors` lists every problem with its path.",
  },
  body_malformed: {
    status: 400,
    title: "The body cannot be read",
    description: "The body is not well-formed JSON, nests deeper than 64 levels, or holds text that is not Unicode.",
  },
  cursor_invalid: {
    status: 400,
    title: "The cursor cannot be used here",
    description: "Cursors are opaque: pass back `nextCursor` of the same list with the same filters, or start over.",
  },
  unauthenticated: {
    status: 401,
    title: "Authentication is needed",
    description: "Send `Authorization: Bearer <token>` with a token that exists, is not revoked and has not expired.",
  },
  forbidden: {
    status: 403,
    title: "Not allowed",
    description: "The token is good, but lacks the scope or role that this operation needs.",
  },
  agent_not_allowed: {
    status: 403,
    title: "The token is bound to other agents",
    description:
      "The token may change only what it names, and this is not among it. Use another token; of a trusted publisher, delete it and create it anew with the agent.",
  },
  template_not_allowed: {
    status: 403,
    title: "The token is bound to other templates",
    description:
      "The token may change only what it names, and this template is not among it. Use another token; of a trusted publisher, delete it and create it anew with the template.",
  },
  route_not_found: {
    status: 404,
    title: "No such address",
    description: "There is no operation at this method and path; the reference at /docs lists them all.",
  },
  idempotency_in_flight: {
    status: 409,
    title: "The first request is still running",
    description: "A request with the same Idempotency-Key has not finished; retry after the time in Retry-After.",
  },
  changes_gone: {
    status: 410,
    title: "The feed cannot continue from there",
    description:
      "Changes behind the cursor are past their retention, or it is from before a restore. Take a cursor with `from=now`, list what is there, and go on from the cursor.",
  },
  precondition_failed: {
    status: 412,
    title: "The resource has changed",
    description: "If-Match names an older state; read the resource again and decide anew.",
  },
  payload_too_large: {
    status: 413,
    title: "The body is too large",
    description: "The body exceeds the size that `detail` names.",
  },
  media_type_unsupported: {
    status: 415,
    title: "The media type is not supported",
    description: "Send the body as application/json.",
  },
  idempotency_key_reused: {
    status: 422,
    title: "The Idempotency-Key was used for another request",
    description: "The same key came with a different body or address; use a new key for a new request.",
  },
  rate_limited: {
    status: 429,
    title: "Too many requests",
    description: "Slow down and retry after the time in Retry-After.",
  },
  internal_error: {
    status: 500,
    title: "Something went wrong here",
    description: "A fault in the service. The correlationId finds it in the log.",
  },
  unavailable: {
    status: 503,
    title: "Not available at the moment",
    description: "The service or its database is overloaded or restarting; retry after the time in Retry-After.",
  },
});

/** Codes that any service may answer. */
export type CoreErrorCode = keyof typeof coreErrors;
