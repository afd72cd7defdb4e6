import { randomInt, randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { type Client, createClient, unwrap } from "@nofx/client";
import { type Change, registryContract } from "@nofx/contract-registry";
import { manifest } from "@nofx/testkit";
import pg from "pg";
import { eventStream, longPoll, type Reader, replay } from "./feed-readers.ts";
import { reorderedAgents, stored, told } from "./feed-state.ts";
import { retry, startProcesses } from "./processes.ts";

type RegistryClient = Client<typeof registryContract>;

interface Quantiles {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** How one reader fared. */
interface ReaderReport {
  readonly reader: string;
  readonly seen: number;
  /** Positions that were passed over. */
  readonly skipped: number;
  /** Changes that came again, or before an earlier one. */
  readonly disordered: number;
  /** Acknowledged writes that never came. */
  readonly missing: number;
  /** From the answer to the write until the reader had it. */
  readonly lagMs: Quantiles;
}

export interface FeedReport {
  readonly writes: number;
  /** Transactions that were undone: dry runs, conflicts, refusals. */
  readonly undone: number;
  readonly rollbacks: number;
  readonly otherAnswers: readonly string[];
  readonly readers: readonly ReaderReport[];
  /** What a plain read of one agent took meanwhile: the pace of the machine. */
  readonly readMs: Quantiles;
  /** Agents whose changes come in another order than the audit log's. */
  readonly reordered: readonly string[];
  /** What differs between the tables and the state that the feed tells when it is replayed from zero. */
  readonly differences: readonly string[];
}

interface Tally {
  readonly ackAt: Map<string, number>;
  readonly otherAnswers: string[];
  undone: number;
  rollbacks: number;
}

const agentIds = ["a", "b", "c", "d", "e"];
let versions = 0;

/** Writes about an agent that has a version, at random: a conflict, a rollback, another visibility; or none of these. */
const oldWrite = (client: RegistryClient, dice: number, agentId: string, version: string) => {
  if (dice < 10) return client.publishAgent({ body: manifest({ agentId, version, description: randomUUID() }) });
  if (dice < 25) return client.rollbackAgent({ agentId, body: { targetVersion: version, reason: "noise" } });
  if (dice >= 30) return undefined;
  const visibility = dice % 2 === 0 ? "private" : "public";
  return client.publishAgent({ body: manifest({ agentId, version }), visibility });
};

/** One of the things that writers do, at random; several write to the same agents. */
const act = async (client: RegistryClient, published: Map<string, string[]>, tally: Tally): Promise<void> => {
  const agentId = agentIds[randomInt(agentIds.length)] ?? "a";
  const known = published.get(agentId) ?? [];
  const earlier = known[randomInt(Math.max(1, known.length))];
  const dice = randomInt(100);
  versions += 1;
  const version = `1.${randomInt(50)}.${versions}`;
  const dryRun = dice < 45 ? "true" : "false";
  const result = await ((earlier ? oldWrite(client, dice, agentId, earlier) : undefined) ??
    client.publishAgent({ body: manifest({ agentId, version }), dryRun }));
  if (result.status === 201) published.set(agentId, [...(published.get(agentId) ?? []), version]);
  const changeId = result.headers.get("nofx-change");
  if (changeId) tally.ackAt.set(changeId, performance.now());
  else if (result.ok || result.status === 409) tally.undone += 1;
  else tally.otherAnswers.push(`${result.status} ${result.problem.code}`);
  if (changeId && result.ok && "from" in result.body) tally.rollbacks += 1;
};

const quantiles = (values: readonly number[]): Quantiles => {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (q: number): number =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0) * 10) / 10;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
};

const positionOf = ({ cursor }: Change): number => Number(cursor.split(":")[1]);

const reportOf = ({ name, changes, seenAt }: Reader, ackAt: ReadonlyMap<string, number>): ReaderReport => {
  const steps = changes.map(
    (change, index) => positionOf(change) - (index === 0 ? 0 : positionOf(changes[index - 1] ?? change)),
  );
  const lags = [...ackAt].flatMap(([id, at]) => {
    const seen = seenAt.get(id);
    return seen === undefined ? [] : [Math.max(0, seen - at)];
  });
  return {
    reader: name,
    seen: changes.length,
    skipped: steps.reduce((sum, step) => sum + Math.max(0, step - 1), 0),
    disordered: steps.filter((step) => step < 1).length,
    missing: [...ackAt.keys()].filter((id) => !seenAt.has(id)).length,
    lagMs: quantiles(lags),
  };
};

/** Begins a transaction that records a change before all others, and commits after them. */
const longTransaction = async (admin: pg.Client): Promise<string> => {
  const id = randomUUID();
  await admin.query("BEGIN");
  await admin.query(
    `INSERT INTO registry.outbox (tenant_id, change_id, visibility, type, resource_type, resource_id, at, correlation_id)
     VALUES ('acme', $1, 'private', 'noise.long_transaction', 'noise', 'x', now(), 'noise')`,
    [id],
  );
  return id;
};

/** Two readers follow the feed while eight writers publish, roll back and fail, and a transaction stays open all along. */
export const followThroughNoise = async (order: { readonly ms: number }): Promise<FeedReport> => {
  const processes = await startProcesses();
  const { baseUrl } = processes;
  const admin = new pg.Client({ connectionString: processes.adminUrl });
  await admin.connect();
  try {
    const clientOf = (token: string) => createClient(registryContract, { baseUrl, token, retries: 0 });
    const operator = clientOf(processes.bootstrapToken);
    await unwrap(operator.createTenant({ body: { id: "acme", name: "Acme" } }));
    const token = async (body: { role: "admin" | "viewer"; kind?: "service" }) =>
      (await unwrap(operator.createToken({ body: { name: body.role, tenant: "acme", ...body } }))).secret;
    const writer = clientOf(await token({ role: "admin" }));
    const service = await token({ role: "viewer", kind: "service" });
    const readers = [longPoll(clientOf(service)), eventStream(baseUrl, service, 3_000)];

    const tally: Tally = { ackAt: new Map(), otherAnswers: [], undone: 0, rollbacks: 0 };
    const late = await longTransaction(admin);
    const published = new Map<string, string[]>();
    const deadline = performance.now() + order.ms;
    const write = async (): Promise<void> => {
      while (performance.now() < deadline) {
        await act(writer, published, tally);
        await delay(randomInt(20, 120));
      }
    };
    const reads: number[] = [];
    const probe = async (): Promise<void> => {
      while (performance.now() < deadline) {
        const startedAt = performance.now();
        await writer.listAgentAudit({ agentId: "a", limit: 1 });
        reads.push(performance.now() - startedAt);
        await delay(100);
      }
    };
    await Promise.all([probe(), ...Array.from({ length: 8 }, write)]);
    const wanted = [...tally.ackAt.keys(), late];
    await admin.query("COMMIT");
    await retry(async () => {
      for (const { seenAt, name } of readers)
        if (!wanted.every((id) => seenAt.has(id))) throw new Error(`${name} has not seen everything`);
    }, 10_000).catch(() => undefined);
    await Promise.all(readers.map((reader) => reader.stop()));

    const changes = await replay(clientOf(service));
    const [fromFeed, fromTables] = [told(changes), await stored(admin)];
    return {
      writes: tally.ackAt.size,
      undone: tally.undone,
      rollbacks: tally.rollbacks,
      otherAnswers: tally.otherAnswers,
      readers: readers.map((reader) => reportOf(reader, new Map([...tally.ackAt, [late, performance.now()]]))),
      readMs: quantiles(reads),
      reordered: await reorderedAgents(admin, changes),
      differences: [...fromFeed.symmetricDifference(fromTables)],
    };
  } finally {
    await admin.end();
    await processes.stop();
  }
};
