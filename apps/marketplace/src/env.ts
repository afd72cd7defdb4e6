import { PublishChecks } from "@nofx/contract-marketplace";
import { envReader, trackEnv } from "@nofx/track-kit";
import { z } from "zod";

/** Everything that can be configured, with defaults for a developer's machine. */
const Env = z.object({
  ...trackEnv({ port: 4002 }),
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
});

export type MarketplaceEnv = z.output<typeof Env>;

/** Reads the environment; the only place that does. @throws with every problem at once. */
export const readEnv = envReader(Env);
