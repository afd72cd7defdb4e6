import { Digest, Timestamp } from "@nofx/contract-kit";
import { z } from "zod";
import { defineOperation } from "./errors.ts";
import * as examples from "./health-examples.ts";

const tag = "System";
const count = z.int().min(0);
const latencyMs = z.number().min(0).optional().meta({ description: "How long it took to answer" });
const reason = z.string().optional().meta({ description: "Why it is not `ok`" });

/** The services of the control plane. */
export const ServiceName = z.enum(["registry", "marketplace", "search"]).meta({ id: "ServiceName" });
export type ServiceName = z.infer<typeof ServiceName>;

/** How a service is. */
export const ServiceHealth = z
  .object({
    name: ServiceName,
    status: z.enum(["ok", "degraded", "failed"]).meta({
      description:
        "`degraded`: it works, with migrations to apply, a part that does not work, or another contract than search knows; `failed`: no answer, no answer of a service, or no database",
    }),
    latencyMs,
    version: z.string().optional().meta({ description: "Of its contract" }),
    contract: z
      .object({
        served: Digest.optional().meta({
          description: "Of the OpenAPI document that it serves; absent if it does not say",
        }),
        known: Digest.meta({ description: "Of the one that search was built with" }),
        matches: z.boolean(),
      })
      .optional(),
    reason,
  })
  .meta({ id: "ServiceHealth" });
export type ServiceHealth = z.infer<typeof ServiceHealth>;

/** How the database of a service is. */
export const DatabaseHealth = z
  .object({
    name: ServiceName,
    status: z.enum(["ok", "degraded", "failed", "unknown"]).meta({
      description: "`degraded`: it works, and there are migrations to apply; `unknown`: its service cannot be asked",
    }),
    latencyMs,
    schemaVersion: z.string().optional().meta({ description: "The last migration that was applied" }),
    pending: count.optional().meta({ description: "Migrations that are to be applied" }),
    reason,
  })
  .meta({ id: "DatabaseHealth" });
export type DatabaseHealth = z.infer<typeof DatabaseHealth>;

/** How far the index has come with one of the feeds. */
export const FeedHealth = z
  .object({
    source: z.enum(["registry", "marketplace"]),
    reachable: z.boolean(),
    seenAt: Timestamp.optional().meta({ description: "When the feed was last read to its end" }),
    lagSeconds: z.number().min(0).optional().meta({ description: "How long ago that was" }),
    reason,
  })
  .meta({ id: "FeedHealth" });
export type FeedHealth = z.infer<typeof FeedHealth>;

/** How the index is. */
export const IndexHealth = z
  .object({
    status: z.enum(["ok", "stale", "degraded", "failed"]).meta({
      description:
        "`stale`: it answers, and a feed was not read to its end for 30 seconds; `degraded`: it answers, and something could not be indexed; `failed`: it cannot be asked, or was never built",
    }),
    generation: count.optional(),
    documents: count.optional().meta({ description: "What can be found" }),
    records: z
      .object({ agents: count, templates: count })
      .optional()
      .meta({ description: "What is known of the sources, which `documents` are made of" }),
    quarantined: count.optional().meta({ description: "What could not be indexed" }),
    rebuilding: z.boolean().optional().meta({ description: "Another index is being built beside it" }),
    feeds: z.array(FeedHealth).optional(),
    reason,
  })
  .meta({ id: "IndexHealth" });
export type IndexHealth = z.infer<typeof IndexHealth>;

/** How the control plane is. */
export const SystemHealth = z
  .object({
    status: z.enum(["ok", "degraded", "failed"]).meta({
      description:
        "`failed`: search has no database or neither registry nor marketplace works; `degraded`: anything else is not `ok`",
    }),
    at: Timestamp,
    details: z.enum(["full", "withheld"]).meta({
      description:
        "`withheld`: only names and statuses are told, as nobody in particular asks, or the registry cannot be asked who does",
    }),
    services: z.array(ServiceHealth),
    databases: z.array(DatabaseHealth),
    index: IndexHealth,
  })
  .meta({ id: "SystemHealth" });
export type SystemHealth = z.infer<typeof SystemHealth>;

export const getSystemHealth = defineOperation({
  id: "getSystemHealth",
  method: "GET",
  path: "/api/system/health",
  tag,
  summary: "See how the whole system is",
  description:
    "Every service, every database and the index, within two seconds whatever hangs. Always 200: the question was answered, and `status` is the answer; load balancers ask `/health/ready`. Without a token, names and statuses; with any good token, everything.",
  access: { anyone: true },
  success: { 200: SystemHealth },
  example: examples.getSystemHealth,
  errors: ["unauthenticated"],
});

/** Requests to a service, or to one of its operations. */
const traffic = {
  requests: count.meta({ description: "Since the process started" }),
  clientErrors: count.meta({ description: "Of these, answered with 4xx" }),
  serverErrors: count.meta({ description: "Of these, answered with 5xx" }),
  perSecond: z.number().min(0).meta({ description: "Requests a second in `windowSeconds`" }),
  meanMs: z
    .number()
    .min(0)
    .optional()
    .meta({ description: "Absent without requests in the window, as are the following" }),
  p50Ms: z.number().min(0).optional().meta({ description: "Estimated from a histogram" }),
  p95Ms: z.number().min(0).optional(),
};

/** What the metrics of one process of a service come to. */
export const ServiceMetrics = z
  .object({
    name: ServiceName,
    status: z
      .enum(["ok", "failed"])
      .meta({ description: "`failed`: it has not answered in time, or not with metrics" }),
    reason,
    windowSeconds: z.number().min(0).optional().meta({
      description:
        "What rates and durations are of: the time since somebody asked before, or since the process started",
    }),
    ...z.object(traffic).partial().shape,
    operations: z
      .array(z.object({ operation: z.string(), ...traffic }))
      .optional()
      .meta({ description: "The 20 with the most requests" }),
    pool: z
      .object({ open: count, max: count, waiting: count })
      .optional()
      .meta({ description: "Database connections, and requests that wait for one" }),
    memoryBytes: count.optional(),
    uptimeSeconds: z.number().min(0).optional(),
  })
  .meta({ id: "ServiceMetrics" });
export type ServiceMetrics = z.infer<typeof ServiceMetrics>;

export const getSystemMetricsSummary = defineOperation({
  id: "getSystemMetricsSummary",
  method: "GET",
  path: "/api/system/metrics/summary",
  tag,
  summary: "See what the services are doing",
  description:
    "Requests, errors, durations and database connections of each service, of the process that answers, and how far the index is behind. For a console; Prometheus reads `/metrics` of each process. A service that does not answer within 1.5 seconds is told as such.",
  access: { kind: ["operator", "service"] },
  success: {
    200: z.object({
      at: Timestamp,
      services: z.array(ServiceMetrics),
      feeds: z.array(FeedHealth).optional().meta({ description: "Absent while search's database is away" }),
    }),
  },
  example: examples.getSystemMetricsSummary,
  errors: [],
});
