import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { secretOf } from "./webhook.rules.ts";
import type { StoredWebhook } from "./webhook.store.ts";

/** The key that secrets are derived from. @throws `webhooks_not_configured` */
export const webhookKey = ({ env }: Pick<Deps, "env">): string => {
  if (env.WEBHOOK_KEY === undefined) throw problem("webhooks_not_configured");
  return env.WEBHOOK_KEY;
};

/** A webhook with its latest secret, as its owner gets to see it once. It is derived when it is shown, never stored. */
export const withSecret = (key: string, stored: Pick<StoredWebhook, "webhook" | "generation">) => ({
  webhook: stored.webhook,
  secret: secretOf(key, stored.webhook.id, stored.generation),
});
