import type { Correlation } from "./correlation.ts";
import type { Actor, Bound } from "./identity.ts";

/**
 * An effect that must take place at most once; the database layer carries it out. db-kit declares the same shape: the
 * kits may not import each other, and a service hands the one to the other.
 */
export interface Once {
  readonly operation: string;
  readonly key: string;
  readonly fingerprint: string;
  replayed(): void;
  inFlight(): never;
  reused(): never;
}

/** What a use case knows of its request. */
export interface RequestContext extends Correlation {
  readonly actor: Actor;
  readonly tenantId: string;
  readonly subject: string;
  readonly role: Actor["kind"];
  /** What the caller may change, and nothing else; undefined: whatever its scopes say. */
  readonly bound?: Bound | undefined;
  /** The caller's token, to ask another service as the caller. A function: it gets into no log and nothing that is kept. */
  readonly bearer: () => string | undefined;
  readonly once?: Once | undefined;
  /** The states that `If-Match` names; undefined without the header, or with `*`. */
  readonly ifMatch?: readonly string[] | undefined;
  /** `application/json`, or the alternative of the operation that the caller prefers. */
  readonly mediaType: string;
  /** Where a reader whose event stream broke off wants to go on (`Last-Event-ID`). */
  readonly lastEventId?: string | undefined;
  /** Ends when the client hangs up or the service shuts down. */
  readonly signal: AbortSignal;
}
