import { createHmac } from "node:crypto";
import { agentFiguresChanged, type DeliveryAttempt } from "@nofx/contract-registry";

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** Type of the event that testWebhook sends. */
export const testType = "webhook.test";

/** How long the secret before the last rotation is still good. */
const rotationOverlapMs = 24 * hourMs;

/** Waiting time after each failed attempt, as Standard Webhooks recommend; after the last one there is none. */
const backoffMs = [
  5 * secondMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  10 * hourMs,
] as const;

/** A receiver may ask for patience up to here. */
const retryAfterMaxMs = 24 * hourMs;

/**
 * Whether one of the patterns covers a type: itself, `prefix.*`, or `*`. What is counted is nobody's act, and goes to those
 * only who ask for it by its name.
 */
export const matchesType = (patterns: readonly string[], type: string): boolean =>
  patterns.some((pattern) => {
    if (pattern === type) return true;
    if (type === agentFiguresChanged) return false;
    return pattern === "*" || (pattern.endsWith(".*") && type.startsWith(pattern.slice(0, -1)));
  });

/** A secret of a webhook. It is stored nowhere: key, id and generation give it again. */
export const secretOf = (key: string, webhookId: string, generation: number): string =>
  `whsec_${createHmac("sha256", key).update(`webhook:${webhookId}:${generation}`).digest("base64")}`;

/** Generations whose secrets sign now: the latest, and for a day after a rotation the one before. */
export const signingGenerations = (
  { generation, rotatedAt }: { readonly generation: number; readonly rotatedAt: Date | undefined },
  now: Date,
): number[] => {
  const isOverlapping = rotatedAt !== undefined && now.getTime() - rotatedAt.getTime() < rotationOverlapMs;
  return isOverlapping ? [generation, generation - 1] : [generation];
};

/** What `Retry-After` asks for (RFC 9110, 10.2.3): seconds or a date. */
export const retryAfterMs = (header: string | undefined, now: Date): number | undefined => {
  if (header === undefined) return undefined;
  const text = header.trim();
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * secondMs : Date.parse(text) - now.getTime();
  return Number.isNaN(ms) || ms < 0 ? undefined : Math.min(ms, retryAfterMaxMs);
};

/** What becomes of a delivery after an attempt. `gone`: the receiver wants nothing more. */
export type Verdict =
  | { readonly outcome: "delivered" }
  | { readonly outcome: "dead"; readonly gone: boolean }
  | { readonly outcome: "pending"; readonly nextAttemptAt: Date };

/**
 * Judges an attempt: 2xx is delivered, 410 says never again, all else is tried again after a growing time, spread by up
 * to a fifth so that what failed together does not come back together.
 * @param random from 0 to 1
 */
export const judgeAttempt = (
  delivery: { readonly type: string; readonly attempt: number },
  result: Pick<DeliveryAttempt, "status"> & { readonly retryAfter?: string | undefined },
  now: Date,
  random: number,
): Verdict => {
  const { status } = result;
  if (status !== undefined && status >= 200 && status < 300) return { outcome: "delivered" };
  if (status === 410) return { outcome: "dead", gone: delivery.type !== testType };
  const waitMs = backoffMs[delivery.attempt - 1];
  if (waitMs === undefined || delivery.type === testType) return { outcome: "dead", gone: false };
  const spread = Math.round(waitMs * (1 + random / 5));
  const wanted = retryAfterMs(result.retryAfter, now) ?? 0;
  return { outcome: "pending", nextAttemptAt: new Date(now.getTime() + Math.max(spread, wanted)) };
};
