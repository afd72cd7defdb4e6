import { envReader, migrationEnv } from "@nofx/track-kit";
import { z } from "zod";

const password = z.string().optional();

/** Everything that can be configured. */
const Variables = z.object({
  ...migrationEnv,
  /** An account that may create roles and databases; without it, those that are there are used. */
  PROVISION_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** The account's password, where the address has none. */
  PROVISION_DATABASE_PASSWORD: password,
  /** Set when accounts are made, as the three below: what the roles log in with. */
  NOFX_MIGRATOR_PASSWORD: password,
  NOFX_REGISTRY_PASSWORD: password,
  NOFX_MARKETPLACE_PASSWORD: password,
  NOFX_SEARCH_PASSWORD: password,
});

const passwords = [
  "NOFX_MIGRATOR_PASSWORD",
  "NOFX_REGISTRY_PASSWORD",
  "NOFX_MARKETPLACE_PASSWORD",
  "NOFX_SEARCH_PASSWORD",
] as const;

const Env = Variables.superRefine((env, context) => {
  if (new URL(env.MIGRATION_DATABASE_URL).pathname.length < 2) {
    context.addIssue({ code: "custom", path: ["MIGRATION_DATABASE_URL"], message: "names no database" });
  }
  if (env.PROVISION_DATABASE_URL === undefined) return;
  for (const path of passwords.filter((name) => env[name] === undefined)) {
    context.addIssue({ code: "custom", path: [path], message: "is needed with PROVISION_DATABASE_URL" });
  }
});

export type MigrateEnv = z.output<typeof Env>;

/** Reads the environment; the only place that does. @throws with every problem at once. */
export const readEnv = envReader(Env);
