import type { DatabaseHealth, ServiceHealth, ServiceName } from "@nofx/contract-search";
import { z } from "zod";

const CheckOutcome = z.object({
  status: z.enum(["ok", "failed"]),
  reason: z.string().optional(),
  circuit: z.string().optional(),
  latencyMs: z.coerce.number().min(0).optional(),
  version: z.string().optional(),
  pending: z.coerce.number().int().min(0).optional(),
});

/** What `/health/ready` of a service answers. One that is older tells less. */
const Ready = z.object({
  status: z.enum(["ok", "failed"]),
  service: z.string().optional(),
  version: z.string().optional(),
  contract: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/)
    .optional(),
  checks: z.record(z.string(), CheckOutcome),
});
type Ready = z.infer<typeof Ready>;

/** What came of asking a service whether it is ready. */
export type Asked =
  | { readonly ok: true; readonly value: { readonly text: string }; readonly latencyMs: number }
  | { readonly ok: false; readonly reason: string };

/** A service and its database, as the service says. */
export interface Judged {
  readonly service: ServiceHealth;
  readonly database: DatabaseHealth;
}

const readyOf = (text: string): Ready | undefined => {
  try {
    return Ready.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};

const unknown = (name: ServiceName, reason: string): Judged => ({
  service: { name, status: "failed", reason },
  database: { name, status: "unknown", reason: "the service cannot be asked" },
});

const databaseOf = (name: ServiceName, { database, migrations }: Ready["checks"]): DatabaseHealth => {
  const status = database?.status === "ok" ? (migrations?.status === "ok" ? "ok" : "degraded") : "failed";
  const reason = database?.reason ?? migrations?.reason;
  return {
    name,
    status,
    latencyMs: database?.latencyMs,
    schemaVersion: migrations?.version,
    pending: migrations?.pending,
    reason: status === "ok" ? undefined : (reason ?? "it does not say how its database is"),
  };
};

const contractReason = (served: string | undefined, known: string): string | undefined => {
  if (served === known) return undefined;
  return served === undefined
    ? "it does not say what it serves"
    : "it serves another contract than search was built with";
};

/** Judges a service by what it says of itself. `known` is the digest of the contract that this service was built with. */
export const judgeService = (name: ServiceName, asked: Asked, known: string): Judged => {
  if (!asked.ok) return unknown(name, asked.reason);
  const ready = readyOf(asked.value.text);
  if (!ready) return unknown(name, "the answer is not that of a service");
  if (ready.service !== undefined && ready.service !== name)
    return unknown(name, `${ready.service} answers in its place`);
  const database = databaseOf(name, ready.checks);
  const reasons = [
    ...Object.entries(ready.checks).flatMap(([check, { status, reason, circuit }]) => {
      if (status === "failed") return [`${check}: ${reason ?? "failed"}`];
      return circuit === "open" ? [`${check}: left alone after failures`] : [];
    }),
    contractReason(ready.contract, known) ?? [],
  ].flat();
  const worst = reasons.length > 0 ? "degraded" : "ok";
  const service: ServiceHealth = {
    name,
    status: database.status === "failed" ? "failed" : worst,
    latencyMs: asked.latencyMs,
    version: ready.version,
    contract: { served: ready.contract, known, matches: ready.contract === known },
    reason: reasons.length > 0 ? reasons.join("; ") : undefined,
  };
  return { service, database };
};
