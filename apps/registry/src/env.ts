import { parseAllowance } from "@nofx/service-kit";
import { envReader, jsonVariable, oidcEnv, trackEnv } from "@nofx/track-kit";
import { z } from "zod";
import { knownIssuers, WorkloadIssuers } from "./trusted-publishers/workload-issuer.ts";

/** Tokens that others present, separated by commas or white space: an old and a new one, while they are changed. */
const tokens = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((token) => token !== ""))
  .pipe(z.array(z.string().min(32, "needs at least 32 characters")))
  .default([]);

/** Everything that can be configured, with defaults for a developer's machine. */
const Variables = z.object({
  ...trackEnv({ port: 4001 }),
  /** The operator's token: creates tenants and their first tokens. Without it, nobody can. */
  BOOTSTRAP_TOKEN: tokens,
  /** The other services' token, good without being issued: what they have as REGISTRY_TOKEN and SERVICE_TOKEN. */
  SERVICE_TOKEN: tokens,
  ...oidcEnv,
  /** JSON list of the issuers whose CI workloads tenants may trust; default: GitHub Actions and GitLab.com. */
  WORKLOAD_ISSUERS: jsonVariable(WorkloadIssuers).default(knownIssuers),
  /** Must be among `aud` of their tokens. An address of this registry keeps other registries' tokens out. */
  WORKLOAD_AUDIENCE: z.string().min(1).default("nofx"),
  /** The template marketplace, asked as the caller which templates a change concerns. Without it, none is told. */
  MARKETPLACE_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** A service's token, with which the marketplace is followed as it counts how agents are used. Without it, nothing is. */
  MARKETPLACE_TOKEN: z.string().min(1).optional(),
  /** Secrets of webhooks are derived from it; without it, there are no webhooks. Another key makes all secrets invalid. */
  WEBHOOK_KEY: z.string().min(32, "needs at least 32 characters").optional(),
  /** Hosts and ranges inside the network that webhooks may go to, also over http; separated by commas. */
  WEBHOOK_ALLOW: z
    .string()
    .default("")
    .transform((text, context) => {
      try {
        return parseAllowance(text);
      } catch (error) {
        context.addIssue({ code: "custom", message: (error as Error).message });
        return z.NEVER;
      }
    }),
});

const Env = Variables.superRefine(({ BOOTSTRAP_TOKEN, SERVICE_TOKEN }, context) => {
  if (SERVICE_TOKEN.every((token) => !BOOTSTRAP_TOKEN.includes(token))) return;
  context.addIssue({ code: "custom", path: ["SERVICE_TOKEN"], message: "is the operator's, too, who may do more" });
});

export type RegistryEnv = z.output<typeof Env>;

/** Reads the environment; the only place that does. @throws with every problem at once. */
export const readEnv = envReader(Env);
