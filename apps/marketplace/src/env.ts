import { PublishChecks } from "@nofx/contract-marketplace";
import { envReader, readReplicaEnv, trackEnv } from "@nofx/track-kit";
import { z } from "zod";

/** Late reports come for a week, and change what was then. */
const daysKept = z.coerce
  .number()
  .int()
  .max(36_500)
  .refine((days) => days === 0 || days >= 9, "Keep at least 9 days, or 0: for ever");

/** Everything that can be configured, with defaults for a developer's machine. */
const Env = z.object({
  ...trackEnv({ port: 4002 }),
  ...readReplicaEnv,
  /** The agent registry: knows the tokens. */
  REGISTRY_URL: z.url({ protocol: /^https?$/ }).default("http://127.0.0.1:4001"),
  /** A service's token, issued by the registry's operator. */
  REGISTRY_TOKEN: z.string().min(1),
  /** Where prompts are run: the base URL of a server that speaks the OpenAI Responses API. Without it, none is. */
  RUNNER_URL: z.url({ protocol: /^https?$/ }).optional(),
  RUNNER_TOKEN: z.string().optional(),
  RUNNER_TIMEOUT_MS: z.coerce.number().int().min(100).max(55_000).default(50_000),
  /** What becomes of publishes whose dependencies or tests fail, in tenants that have not said it themselves. */
  PUBLISH_CHECKS_DEFAULT: PublishChecks.default("enforce"),
  /** Days for which reports of runs are kept as they came; 0: for ever. What they add up to stays. */
  USAGE_RETENTION_DAYS: daysKept.default(35),
  /** Days for which usage is kept by the hour; 0: for ever. By the day it stays. */
  USAGE_HOURLY_DAYS: daysKept.default(400),
});

export type MarketplaceEnv = z.output<typeof Env>;

/** Reads the environment; the only place that does. @throws with every problem at once. */
export const readEnv = envReader(Env);
