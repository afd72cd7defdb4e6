import { createHash, randomBytes, randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";
import { createClient, unwrap } from "@nofx/client";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { registryContract } from "@nofx/contract-registry";
import { asRole, migrateUp, provisionRole } from "@nofx/db-kit";
import { marketplaceTrack } from "@nofx/marketplace/track";
import pg from "pg";
import { Pool } from "undici";
import { startMarketplaceProcess } from "./children.ts";
import type { Measurement } from "./measure.ts";
import { measurementOf, type Round } from "./rounds.ts";
import type { Stage } from "./stage.ts";
import type { Target } from "./subjects.ts";

/** How many runs are reported, by how many at once. Rounds alternate between the service and the database itself. */
export interface ReportPlan {
  readonly rounds: number;
  readonly batches: number;
  readonly batch: number;
  readonly connections: number;
}

/** A marketplace that takes reports, and the database that it writes to. */
export interface ReportStage {
  readonly target: Target;
  readonly adminUrl: string;
}

type Report = ReturnType<typeof reportOf>;

const template = { templateId: "reported", version: "1.0.0" };
const tenant = "bench";

/** Starts a marketplace beside the stage's registry, with a template whose runs can be reported. */
export const startReporting = async (
  stack: AsyncDisposableStack,
  { adminUrl, operatorToken, service }: Pick<Stage, "adminUrl" | "operatorToken" | "service">,
): Promise<ReportStage> => {
  const password = randomBytes(24).toString("hex");
  await provisionRole(adminUrl, { role: marketplaceTrack.role, password, schema: marketplaceTrack.schema });
  await migrateUp(adminUrl, marketplaceTrack);
  const operator = createClient(registryContract, { baseUrl: service.url, token: operatorToken, retries: 0 });
  const issue = async (role: "viewer" | "publisher", kind: "member" | "service"): Promise<string> =>
    (await unwrap(operator.createToken({ body: { name: role, role, tenant, kind } }))).secret;
  const { url, stop } = await startMarketplaceProcess({
    DATABASE_URL: asRole(adminUrl, marketplaceTrack.role, password),
    REGISTRY_URL: service.url,
    REGISTRY_TOKEN: await issue("viewer", "service"),
    WRITES_PER_MINUTE_MAX: "0",
  });
  stack.defer(stop);
  const token = await issue("publisher", "member");
  const input = [{ type: "input_text" as const, text: "{{ what }}" }];
  const variables = { what: { type: "string" as const, required: true } };
  const content = { kind: "prompt" as const, instructions: "Answer in one sentence.", input, variables };
  const client = createClient(marketplaceContract, { baseUrl: url, token, retries: 0 });
  await unwrap(
    client.publishTemplate({ body: { ...template, name: "Reported", description: "Is run often.", content } }),
  );
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return { target: { url, headers }, adminUrl };
};

const reportOf = (n: number) => ({
  ...template,
  runId: randomUUID(),
  environment: "production",
  outcome: "succeeded" as const,
  durationMs: 1 + ((n * 7919) % 60_000),
  tokens: n % 9_000,
  costUsd: (n % 9_000) / 1e6,
  callerKind: "ci" as const,
  subject: `person-${n % 300}`,
  occurredAt: new Date().toISOString(),
});

/** The columns of a report, in the order of the table. */
const rowOf = (report: Report): unknown[] => [
  report.occurredAt.slice(0, 10),
  1,
  tenant,
  report.runId,
  tenant,
  report.templateId,
  report.version,
  report.environment,
  report.callerKind,
  false,
  report.outcome,
  report.occurredAt,
  report.occurredAt,
  createHash("sha256").update(report.subject).digest().subarray(0, 16),
  report.durationMs,
  report.tokens,
  Math.round(report.costUsd * 1e6),
  "",
  "",
  null,
];

/** Tables that the same rows are written to past the service: without anything that tells runs apart, and with it. */
type DirectTable = "direct_events" | "direct_runs";

/** One statement with the rows of a batch. */
const insertOf = (table: DirectTable, batch: readonly Report[]): pg.QueryConfig => {
  const rows = batch.map(rowOf);
  let place = 0;
  const places = rows.map((row) => `(${row.map(() => `$${++place}`).join(", ")})`);
  return { name: table, text: `INSERT INTO ${table} VALUES ${places.join(", ")}`, values: rows.flat() };
};

const run = async <T>(
  items: readonly T[],
  { batch, connections }: ReportPlan,
  write: (item: T) => Promise<boolean>,
  signal: AbortSignal,
): Promise<Round> => {
  const latenciesMs: number[] = [];
  let refused = 0;
  const queue = items.values();
  const work = async (): Promise<void> => {
    for (const item of queue) {
      signal.throwIfAborted();
      const startedAt = performance.now();
      if (!(await write(item))) refused += 1;
      latenciesMs.push(performance.now() - startedAt);
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: connections }, work));
  return { perSecond: (items.length * batch * 1000) / (performance.now() - startedAt), latenciesMs, refused };
};

/** Sends bodies; true: all of it is accepted. */
const poster =
  (http: Pool, { headers }: Target, batch: number) =>
  async (body: string): Promise<boolean> => {
    const answer = await http.request({ method: "POST", path: "/api/templates/executions", headers, body });
    const { summary } = (await answer.body.json()) as { summary?: { accepted: number } };
    return summary?.accepted === batch;
  };

/** Like the table of reports, with its indices and checks; the second one also holds a run to be new, as the service does. */
const createDirect = `
  DROP TABLE IF EXISTS direct_events, direct_runs;
  CREATE TABLE direct_events (LIKE marketplace.template_events INCLUDING ALL);
  CREATE TABLE direct_runs (LIKE marketplace.template_events INCLUDING ALL, PRIMARY KEY (tenant_id, run_id))`;

/** The service's rate as a part of the rate at which the same rows are written past it. */
export interface ReportMeasurements {
  /** Into a table that does not tell runs apart. */
  readonly plain: Measurement;
  /** Into one whose primary key is tenant and run. */
  readonly keyed: Measurement;
}

/**
 * Reports runs through HTTP and, in turn, writes the same rows with one INSERT, and one commit, for each batch through
 * node-postgres to the same server, as often at once. The service checks, tells runs apart and folds meanwhile.
 */
export const compareReporting = async (
  { target, adminUrl }: ReportStage,
  plan: ReportPlan,
  signal: AbortSignal,
): Promise<ReportMeasurements> => {
  setMaxListeners(0, signal);
  const http = new Pool(target.url, { connections: plan.connections, pipelining: 1 });
  const database = new pg.Pool({ connectionString: adminUrl, max: plan.connections });
  const post = poster(http, target, plan.batch);
  const insert = async (query: pg.QueryConfig): Promise<boolean> =>
    (await database.query(query)).rowCount === plan.batch;
  const rounds: { readonly service: Round; readonly plain: Round; readonly keyed: Round }[] = [];
  try {
    await database.query(createDirect);
    while (rounds.length < plan.rounds) {
      const batches = Array.from({ length: plan.batches }, () =>
        Array.from({ length: plan.batch }, (_, n) => reportOf(n)),
      );
      const bodies = batches.map((executions) => JSON.stringify({ executions }));
      const direct = (table: DirectTable) => batches.map((batch) => insertOf(table, batch));
      rounds.push({
        service: await run(bodies, plan, post, signal),
        plain: await run(direct("direct_events"), plan, insert, signal),
        keyed: await run(direct("direct_runs"), plan, insert, signal),
      });
    }
  } finally {
    await http.destroy();
    await database.end();
  }
  return {
    plain: measurementOf(rounds.map(({ service, plain }) => ({ service, bare: plain }))),
    keyed: measurementOf(rounds.map(({ service, keyed }) => ({ service, bare: keyed }))),
  };
};
