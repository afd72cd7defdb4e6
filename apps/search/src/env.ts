import { envReader, readReplicaEnv, trackEnv } from "@nofx/track-kit";
import { z } from "zod";

const address = z.url({ protocol: /^https?$/ });

/** What OpenSearch takes for the beginning of an index's name. */
const indexPrefix = /^[a-z0-9][a-z0-9-]{0,99}$/;

/** Everything that can be configured, with defaults for a developer's machine. */
const Variables = z.object({
  ...trackEnv({ port: 4003 }),
  ...readReplicaEnv,
  /** The agent registry: its agents are found, and it knows the tokens. */
  REGISTRY_URL: address.default("http://127.0.0.1:4001"),
  /** The template marketplace, whose templates are found. */
  MARKETPLACE_URL: address.default("http://127.0.0.1:4002"),
  /** A service's token, issued by the registry's operator: good for both. */
  SERVICE_TOKEN: z.string().min(1),
  /** What keeps the documents and finds them: the service's own database, or OpenSearch. */
  ENGINE: z.enum(["postgres", "opensearch"]).default("postgres"),
  OPENSEARCH_URL: address.optional(),
  OPENSEARCH_USERNAME: z.string().min(1).optional(),
  OPENSEARCH_PASSWORD: z.string().min(1).optional(),
  /** What names of indexes begin with: one for each installation that shares a cluster. */
  OPENSEARCH_INDEX_PREFIX: z.string().regex(indexPrefix).default("nofx-search"),
  /** Into how many parts an index is cut; those that are there stay as they are. */
  OPENSEARCH_SHARDS: z.coerce.number().int().min(1).max(1_024).default(1),
  /** How many copies of each part there are beside the first. */
  OPENSEARCH_REPLICAS: z.coerce.number().int().min(0).max(20).default(1),
  /** Days for which queries and clicks are kept; 0: for ever. */
  SEARCHES_RETENTION_DAYS: z.coerce.number().int().min(0).max(36_500).default(90),
});

const Env = Variables.superRefine((env, context) => {
  const missing = (path: keyof typeof env, message: string) =>
    context.addIssue({ code: "custom", path: [path], message });
  const { ENGINE, OPENSEARCH_URL, OPENSEARCH_USERNAME, OPENSEARCH_PASSWORD } = env;
  if (ENGINE === "opensearch" && OPENSEARCH_URL === undefined) {
    missing("OPENSEARCH_URL", "ENGINE=opensearch needs the address of OpenSearch");
  }
  if (OPENSEARCH_USERNAME !== undefined && OPENSEARCH_PASSWORD === undefined) {
    missing("OPENSEARCH_PASSWORD", "is needed with OPENSEARCH_USERNAME");
  }
  if (OPENSEARCH_PASSWORD !== undefined && OPENSEARCH_USERNAME === undefined) {
    missing("OPENSEARCH_USERNAME", "is needed with OPENSEARCH_PASSWORD");
  }
});

export type SearchEnv = z.output<typeof Env>;

/** Reads the environment; the only place that does. @throws with every problem at once. */
export const readEnv = envReader(Env);
