import { OidcIssuer } from "@nofx/service-kit";
import { z } from "zod";
import { readVariables, type Variables } from "./env-files.ts";
import { fillPasswords } from "./env-passwords.ts";

/** An address of PostgreSQL. */
const databaseUrl = z.url({ protocol: /^postgres(ql)?$/ });

/** A variable that holds JSON of this shape. */
export const jsonVariable = <T extends z.ZodType>(schema: T) =>
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

/** What can be configured of every service, with defaults for a developer's machine. Spread it into the service's own. */
export const trackEnv = (defaults: { readonly port: number }) => ({
  /** Of a role that owns nothing; see `provisionRole`. */
  DATABASE_URL: databaseUrl,
  /** The role's password, where the address has none. */
  DATABASE_PASSWORD: z.string().optional(),
  /** The same database without a pooler between: notices reach no connection that is another's the next moment. */
  DATABASE_LISTEN_URL: databaseUrl.optional(),
  DATABASE_CONNECTIONS_MAX: z.coerce.number().int().min(2).max(500).default(20),
  HOST: z.string().default("127.0.0.1"),
  PORT: z.coerce.number().int().min(0).max(65_535).default(defaults.port),
  /** Where the world reaches this service; catalogues tell it. Default: HOST and PORT. */
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
  /** Where the log goes; default: standard output. */
  LOG_FILE: z.string().optional(),
  /** Whose resources anonymous callers address when they name no tenant. */
  DEFAULT_TENANT: z.string().optional(),
  /** How long changes stay in the feed; 0: for ever. */
  CHANGES_RETENTION_DAYS: z.coerce.number().int().min(0).max(36_500).default(90),
  WRITES_PER_MINUTE_MAX: z.coerce.number().int().min(0).default(1200),
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  /** Where traces are sent: the base address of a receiver of OTLP over HTTP. Without it, none are made. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  /** Which part of the traces that begin here is kept. */
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
});

export type TrackEnv = z.output<z.ZodObject<ReturnType<typeof trackEnv>>>;

/** For services some of whose reads may be a moment old. */
export const readReplicaEnv = {
  /** A replica of the same database that follows by streaming. */
  DATABASE_READ_URL: databaseUrl.optional(),
};

/** For services that check tokens of OpenID Connect issuers themselves. */
export const oidcEnv = {
  /** JSON list of trusted OpenID Connect issuers. */
  OIDC_ISSUERS: jsonVariable(z.array(OidcIssuer)).default([]),
};

/** For programs that change a track's schema. */
export const migrationEnv = {
  /** Of a role that owns the schemas, or may create them. */
  MIGRATION_DATABASE_URL: databaseUrl,
  /** The role's password, where the address has none. */
  MIGRATION_DATABASE_PASSWORD: z.string().optional(),
};

/** Reads an environment. */
export interface EnvReader<Env> {
  /** @throws with every problem at once */
  (source: Variables): Env;
  /** The names of what it reads. */
  readonly variables: readonly string[];
}

const readWith = <Env extends z.ZodObject>(schema: Env, source: Variables): z.output<Env> => {
  const read = readVariables(Object.keys(schema.shape), source);
  const { values, problems } = fillPasswords(read.values);
  const found = [...read.problems, ...problems];
  const parsed = schema.safeParse(values);
  if (parsed.success && found.length === 0) return parsed.data;
  // What could not be had is not missing on top of it.
  const without = new Set(found.map(({ variable }) => variable));
  const issues = (parsed.error?.issues ?? []).filter(({ path }) => !without.has(String(path[0])));
  const lines = [
    ...found.map(({ message }) => message),
    ...issues.map(({ path, message }) => `${path.join(".")}: ${message}`),
  ];
  throw new Error(`The environment is not complete:\n  ${lines.join("\n  ")}`);
};

/** Makes the reader of an environment: each variable `X` may be given as `X_FILE`, a path. */
export const envReader = <Env extends z.ZodObject>(schema: Env): EnvReader<z.output<Env>> =>
  Object.assign((source: Variables) => readWith(schema, source), { variables: Object.keys(schema.shape) });
