import { type Drain, type FeedNotice, inTenant, startDrain } from "@nofx/db-kit";
import type { TargetPolicy } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { type DeliveryDeps, deliver, leaseMs } from "./deliver.ts";
import { type ClaimedDelivery, claimDue, pendingDeliveries } from "./delivery-queue.store.ts";
import { dispatchChanges, webhookService } from "./dispatch-changes.ts";

/** What sends changes to webhooks, beside requests. */
export interface Webhooks {
  readonly targets: TargetPolicy;
  /** The feed has grown. */
  changed(changes: FeedNotice["changes"]): void;
  /** There may be something to deliver. */
  kick(): void;
  /** Attempts that this process has made, by what became of the delivery. */
  readonly attempts: ReadonlyMap<string, number>;
  pending(): Promise<{ count: number; oldest: Date | undefined }>;
  close(): Promise<void>;
}

/** Attempts at the same time in one process: of one webhook, of one tenant, of all. Nobody's dead receivers fill it. */
const limits = { perWebhookMax: 4, perTenantMax: 16, max: 256 } as const;
const pollMs = 1_000;

/** Attempts that run right now, and how many of whom. */
const runningAttempts = (onEnd: () => void) => {
  const counts: Record<string, number> = {};
  const all = new Set<Promise<void>>();
  const add = (name: string, n: number): void => {
    const count = (counts[name] ?? 0) + n;
    if (count === 0) delete counts[name];
    else counts[name] = count;
  };
  return {
    counts,
    all,
    start: ({ webhookId, tenant }: ClaimedDelivery, attempt: Promise<void>): void => {
      const names = [`w ${webhookId}`, `t ${tenant}`];
      for (const name of names) add(name, 1);
      const ended = attempt.then(() => {
        for (const name of names) add(name, -1);
        all.delete(ended);
        onEnd();
      });
      all.add(ended);
    },
  };
};

/** Claims and sends what is due, as much at a time as the limits allow. */
const startDelivering = (deps: DeliveryDeps, attempts: Map<string, number>, onError: (error: Error) => void): Drain => {
  const running = runningAttempts(() => drain.kick());
  const attempt = async (delivery: ClaimedDelivery): Promise<void> => {
    try {
      const outcome = await deliver(deps, delivery);
      attempts.set(outcome, (attempts.get(outcome) ?? 0) + 1);
    } catch (error) {
      if (!deps.signal.aborted) onError(error as Error);
    }
  };
  const claim = async (): Promise<number> => {
    const limit = limits.max - running.all.size;
    if (limit === 0) return 0;
    const at = deps.now();
    const order = { ...limits, limit, at, leaseUntil: new Date(at.getTime() + leaseMs), running: running.counts };
    const claimed = await inTenant(deps.db, webhookService, (trx) => claimDue(trx, order));
    for (const delivery of claimed) running.start(delivery, attempt(delivery));
    return claimed.length;
  };
  const drain = startDrain(claim, { pollMs, onError });
  return {
    kick: drain.kick,
    stop: async () => {
      await drain.stop();
      await Promise.all(running.all);
    },
  };
};

/** Starts dispatching, and delivering if there is a key to sign with. */
export const startWebhooks = (
  deps: Pick<Deps, "db" | "now">,
  options: {
    readonly key: string | undefined;
    readonly targets: TargetPolicy;
    readonly onError: (error: Error) => void;
  },
): Webhooks => {
  const { key, targets, onError } = options;
  const stopping = new AbortController();
  const attempts = new Map(["delivered", "pending", "dead"].map((outcome) => [outcome, 0]));
  const delivering =
    key === undefined
      ? undefined
      : startDelivering({ ...deps, key, targets, signal: stopping.signal }, attempts, onError);
  let isAnyActive = false;
  const dispatching = startDrain(
    async () => {
      const count = await dispatchChanges(deps);
      isAnyActive = count !== undefined;
      if (count) delivering?.kick();
      return count ?? 0;
    },
    { pollMs, onError },
  );
  return {
    targets,
    attempts,
    changed: (changes) => {
      const concerns = changes === null || changes.some(({ type }) => type.startsWith("webhook."));
      if (isAnyActive || concerns) dispatching.kick();
    },
    kick: () => delivering?.kick(),
    pending: () => inTenant(deps.db, webhookService, pendingDeliveries),
    close: async () => {
      stopping.abort();
      await Promise.all([dispatching.stop(), delivering?.stop()]);
    },
  };
};
