import type { DeliveryAttempt } from "@nofx/contract-registry";
import { inTenant } from "@nofx/db-kit";
import { type PostAnswer, postSafely, type TargetPolicy } from "@nofx/service-kit";
import { Webhook as Signer } from "standardwebhooks";
import type { Deps } from "../deps.ts";
import { type ClaimedDelivery, saveAttempt } from "./delivery-queue.store.ts";
import { webhookService } from "./dispatch-changes.ts";
import { recordWebhookEvent } from "./record-webhook-event.ts";
import { judgeAttempt, secretOf, signingGenerations, type Verdict } from "./webhook.rules.ts";
import { disableWebhook, lockWebhook } from "./webhook.store.ts";

/** What delivering needs. */
export interface DeliveryDeps extends Pick<Deps, "db" | "now"> {
  readonly key: string;
  readonly targets: TargetPolicy;
  readonly signal: AbortSignal;
}

/** Time for one attempt. The lease must be longer, so that nobody else begins while one runs. */
const timeoutMs = 10_000;
export const leaseMs = 60_000;

/** Headers of Standard Webhooks 1.0. All valid secrets sign, newest first. */
const signedHeaders = (key: string, delivery: ClaimedDelivery, now: Date): Record<string, string> => {
  const { id, webhookId, body, generation, rotatedAt } = delivery;
  const generations = signingGenerations({ generation, rotatedAt: rotatedAt ?? undefined }, now);
  const signatures = generations.map((each) => new Signer(secretOf(key, webhookId, each)).sign(id, now, body));
  return {
    "content-type": "application/json",
    "user-agent": "NOFX-Webhooks/1.0",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
    "webhook-signature": signatures.join(" "),
  };
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const attemptOnce = async (
  deps: DeliveryDeps,
  delivery: ClaimedDelivery,
): Promise<{ attempt: DeliveryAttempt; retryAfter: string | undefined }> => {
  const at = deps.now();
  const startedAt = performance.now();
  const answer = await postSafely(
    {
      url: delivery.url,
      body: delivery.body,
      headers: signedHeaders(deps.key, delivery, at),
      timeoutMs,
      signal: deps.signal,
    },
    deps.targets,
  ).catch((error: unknown): Partial<PostAnswer> & { error: string } => {
    if (deps.signal.aborted) throw error;
    return { error: messageOf(error) };
  });
  const { status, text, retryAfter } = answer;
  const attempt = {
    at: at.toISOString(),
    durationMs: Math.round(performance.now() - startedAt),
    ...(status !== undefined && { status }),
    ...("error" in answer && { error: answer.error }),
    ...(text !== undefined && { answer: text }),
  };
  return { attempt, retryAfter };
};

const report = async (
  deps: DeliveryDeps,
  delivery: ClaimedDelivery,
  attempt: DeliveryAttempt,
  verdict: Verdict,
): Promise<void> => {
  const at = deps.now();
  const scope = { ...webhookService, tenantId: delivery.tenant };
  const nextAttemptAt = verdict.outcome === "pending" ? verdict.nextAttemptAt : at;
  const deliveredAt = verdict.outcome === "delivered" ? at : undefined;
  await inTenant(deps.db, scope, async (trx) => {
    const saved = await saveAttempt(trx, delivery, attempt, { status: verdict.outcome, nextAttemptAt, deliveredAt });
    if (!saved || verdict.outcome !== "dead" || !verdict.gone) return;
    const before = await lockWebhook(trx, delivery.tenant, delivery.webhookId);
    if (!before?.webhook.active) return;
    const reason = "The receiver answered 410 Gone.";
    const { webhook } = await disableWebhook(trx, delivery.tenant, delivery.webhookId, reason);
    await recordWebhookEvent(trx, scope, at, { type: "webhook.disabled", webhook, reason });
  });
};

/**
 * Makes one attempt and writes down how it ended. Sending lies outside of any transaction: if this process ends in
 * between, the lease ends and somebody sends again, under the same `webhook-id`.
 */
export const deliver = async (deps: DeliveryDeps, delivery: ClaimedDelivery): Promise<Verdict["outcome"]> => {
  const { attempt, retryAfter } = await attemptOnce(deps, delivery);
  const verdict = judgeAttempt(delivery, { status: attempt.status, retryAfter }, deps.now(), Math.random());
  await report(deps, delivery, attempt, verdict);
  return verdict.outcome;
};
