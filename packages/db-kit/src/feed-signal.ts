import type { FeedNotice } from "./sequencer.ts";
import type { TenantScope } from "./tenant.ts";

/** Tells those who wait that the feed has grown. */
export interface FeedSignal {
  /** Wakes whoever may see one of the changes; everybody, for `null`. */
  signal(changes: FeedNotice["changes"]): void;
  /** Resolves at the next signal for this caller, after `waitMs`, or when `until` ends, whichever is first. */
  next(scope: TenantScope, waitMs: number, until: AbortSignal): Promise<void>;
}

const concerns = ({ tenantId, role }: TenantScope, changes: FeedNotice["changes"]): boolean =>
  changes === null ||
  role === "service" ||
  changes.some((change) => change.visibility === "public" || change.tenantId === tenantId);

/** Readers of other tenants' changes sleep on: a thousand open streams do not read a thousand times for one change. */
export const feedSignal = (): FeedSignal => {
  const waiting = new Map<() => void, TenantScope>();
  return {
    signal: (changes) => {
      for (const [wake, scope] of [...waiting]) if (concerns(scope, changes)) wake();
    },
    next: (scope, waitMs, until) =>
      new Promise((resolve) => {
        const wake = (): void => {
          waiting.delete(wake);
          clearTimeout(timer);
          until.removeEventListener("abort", wake);
          resolve();
        };
        const timer = setTimeout(wake, waitMs);
        waiting.set(wake, scope);
        until.addEventListener("abort", wake);
        if (until.aborted) wake();
      }),
  };
};
