import { OidcIssuer, parseAllowance } from "@nofx/service-kit";
import { z } from "zod";
import { knownIssuers, WorkloadIssuers } from "./trusted-publishers/workload-issuer.ts";

const json = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: "custom", message: "is not JSON" });
        return z.NEVER;
      }
    })
    .pipe(schema);

/** Everything that can be configured, with defaults for a developer's machine. */
const Env = z.object({
  /** Of a role that owns nothing; see `provisionRole`. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  DATABASE_CONNECTIONS_MAX: z.coerce.number().int().min(2).max(500).default(20),
  HOST: z.string().default("127.0.0.1"),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4001),
  /** Where the world reaches this service; catalogues tell it. Default: HOST and PORT. */
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
  /** Where the log goes; default: standard output. */
  LOG_FILE: z.string().optional(),
  /** The operator's token: creates tenants and their first tokens. Without it, nobody can. */
  BOOTSTRAP_TOKEN: z.string().min(32, "needs at least 32 characters").optional(),
  /** JSON list of trusted OpenID Connect issuers. */
  OIDC_ISSUERS: json(z.array(OidcIssuer)).default([]),
  /** JSON list of the issuers whose CI workloads tenants may trust; default: GitHub Actions and GitLab.com. */
  WORKLOAD_ISSUERS: json(WorkloadIssuers).default(knownIssuers),
  /** Must be among `aud` of their tokens. An address of this registry keeps other registries' tokens out. */
  WORKLOAD_AUDIENCE: z.string().min(1).default("nofx"),
  /** Whose agents anonymous callers address when they name no tenant. */
  DEFAULT_TENANT: z.string().optional(),
  /** How long changes stay in the feed; 0: for ever. */
  CHANGES_RETENTION_DAYS: z.coerce.number().int().min(0).max(36_500).default(90),
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
  WRITES_PER_MINUTE_MAX: z.coerce.number().int().min(0).default(1200),
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
});

export type RegistryEnv = z.output<typeof Env>;

/** Reads the environment; the only place that does. @throws with every problem at once. */
export const readEnv = (source: Readonly<Record<string, string | undefined>>): RegistryEnv => {
  const parsed = Env.safeParse(source);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(({ path, message }) => `  ${path.join(".")}: ${message}`);
  throw new Error(`The environment is not complete:\n${lines.join("\n")}`);
};
