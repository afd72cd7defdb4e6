import { envReader, trackEnv } from "@nofx/track-kit";
import { z } from "zod";

const address = z.url({ protocol: /^https?$/ });

/** Everything that can be configured, with defaults for a developer's machine. */
const Env = z.object({
  ...trackEnv({ port: 4003 }),
  /** The agent registry: its agents are found, and it knows the tokens. */
  REGISTRY_URL: address.default("http://127.0.0.1:4001"),
  /** The template marketplace, whose templates are found. */
  MARKETPLACE_URL: address.default("http://127.0.0.1:4002"),
  /** A service's token, issued by the registry's operator: good for both. */
  SERVICE_TOKEN: z.string().min(1),
  /** Days for which queries and clicks are kept; 0: for ever. */
  SEARCHES_RETENTION_DAYS: z.coerce.number().int().min(0).max(36_500).default(90),
});

export type SearchEnv = z.output<typeof Env>;

/** Reads the environment; the only place that does. @throws with every problem at once. */
export const readEnv = envReader(Env);
