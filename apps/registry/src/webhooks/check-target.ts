import { checkedAddresses, parseTarget, TargetRefused } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";

/** Refuses a URL that we would not call. It is judged again whenever it is called. */
export const checkTarget = async (deps: Deps, url: string): Promise<void> => {
  try {
    await checkedAddresses(parseTarget(url), deps.webhooks.targets);
  } catch (error) {
    if (!(error instanceof TargetRefused)) throw error;
    throw problem("webhook_target_refused", {
      detail: error.message,
      errors: [{ path: "$.url", message: error.message, code: "target_refused" }],
    });
  }
};
