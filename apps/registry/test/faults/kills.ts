import { setTimeout as delay } from "node:timers/promises";
import { type Client, createClient, unwrap } from "@nofx/client";
import { type AuditVerification, registryContract } from "@nofx/contract-registry";
import { manifest } from "@nofx/testkit";
import pg from "pg";
import { retry, startProcesses } from "./processes.ts";

export interface KillReport {
  /** Publishes that were answered with 201. */
  readonly acknowledged: number;
  /** Calls that got no answer, or were asked to come back. */
  readonly interrupted: number;
  readonly otherAnswers: readonly string[];
  /** Acknowledged versions that are not in the database. */
  readonly lost: readonly string[];
  /** Versions without exactly one audit entry and one change, whoever learned of them. */
  readonly uneven: readonly string[];
  readonly versions: number;
  /** The audit log, and what it says of itself. */
  readonly audit: {
    readonly entries: number;
    /** Different entries in the chain. */
    readonly sealed: number;
    readonly verification: AuditVerification;
  };
}

/** What the audit log says after everything has been sealed. */
const reckonAudit = async (
  adminUrl: string,
  auditor: Client<typeof registryContract>,
): Promise<KillReport["audit"]> => {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    return await retry(async () => {
      const verification = await unwrap(auditor.verifyAudit());
      if (verification.pending > 0) throw new Error(`${verification.pending} audit entries wait to be sealed`);
      const { rows } = await client.query<{ entries: number; sealed: number }>(`
        SELECT (SELECT count(*)::int FROM registry.audit_log) AS entries,
               (SELECT count(DISTINCT audit_id)::int FROM registry.audit_chain) AS sealed`);
      return { entries: rows[0]?.entries ?? 0, sealed: rows[0]?.sealed ?? 0, verification };
    }, 10_000);
  } finally {
    await client.end();
  }
};

/** What the database says after everything has come to rest. */
const reckon = async (adminUrl: string, acknowledged: readonly string[]) => {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await retry(async () => {
      const { rowCount } = await client.query("SELECT FROM registry.outbox");
      if (rowCount) throw new Error(`${rowCount} changes still wait in the outbox`);
    }, 10_000);
    const { rows } = await client.query<{ name: string; entries: string; changes: string }>(`
      SELECT v.agent_id || '@' || v.version AS name,
        (SELECT count(*) FROM registry.audit_log a WHERE a.action = 'agent.version_published' AND a.resource_id = v.agent_id AND a.version = v.version) AS entries,
        (SELECT count(*) FROM registry.changes c WHERE c.type = 'agent.version_published' AND c.resource_id = v.agent_id AND c.version = v.version) AS changes
      FROM registry.agent_versions v`);
    const stored = new Set(rows.map(({ name }) => name));
    return {
      versions: rows.length,
      lost: acknowledged.filter((name) => !stored.has(name)),
      uneven: rows.filter(({ entries, changes }) => entries !== "1" || changes !== "1").map(({ name }) => name),
    };
  } finally {
    await client.end();
  }
};

/** Publishes from four writers, each retrying with its Idempotency-Key until it is answered, while the service and PostgreSQL are killed with SIGKILL in turn. */
export const publishThroughKills = async (order: {
  readonly publishes: number;
  readonly kills: number;
}): Promise<KillReport> => {
  const processes = await startProcesses();
  try {
    const operator = createClient(registryContract, {
      baseUrl: processes.baseUrl,
      token: processes.bootstrapToken,
      retries: 0,
    });
    await unwrap(operator.createTenant({ body: { id: "acme", name: "Acme" } }));
    const issue = async (role: "publisher" | "admin"): Promise<string> =>
      (await unwrap(operator.createToken({ body: { name: role, role, tenant: "acme" } }))).secret;
    const secret = await issue("publisher");
    const auditor = createClient(registryContract, {
      baseUrl: processes.baseUrl,
      token: await issue("admin"),
      retries: 0,
    });
    const client = createClient(registryContract, {
      baseUrl: processes.baseUrl,
      token: secret,
      timeoutMs: 10_000,
      retries: 0,
    });

    const acknowledged: string[] = [];
    const otherAnswers: string[] = [];
    let interrupted = 0;
    let next = 0;
    const publishOne = async (agentId: string, version: string): Promise<void> => {
      const idempotencyKey = `${agentId}@${version}`;
      for (;;) {
        const result = await client
          .publishAgent({ body: manifest({ agentId, version }) }, { idempotencyKey })
          .catch(() => undefined);
        if (result?.status === 201) return void acknowledged.push(idempotencyKey);
        const passing =
          result === undefined ||
          result.status === 503 ||
          (!result.ok && result.problem.code === "idempotency_in_flight");
        if (!passing) return void otherAnswers.push(`${result.status} ${idempotencyKey}`);
        interrupted += 1;
        await delay(50);
      }
    };
    const writer = async (name: string): Promise<void> => {
      while (next < order.publishes) {
        next += 1;
        const number = next;
        await publishOne(`${name}-${number % 7}`, `1.0.${number}`);
      }
    };
    const writers = Promise.all(["a", "b", "c", "d"].map(writer));
    for (let kill = 1; kill <= order.kills; kill += 1) {
      const threshold = (order.publishes * kill) / (order.kills + 1);
      await retry(async () => {
        if (next < threshold) throw new Error(`only ${next} publishes were tried`);
      }, 120_000);
      await (kill % 2 === 1 ? processes.killService() : processes.killDatabase());
    }
    await writers;
    await retry(processes.isReady, 15_000);
    return {
      acknowledged: acknowledged.length,
      interrupted,
      otherAnswers,
      ...(await reckon(processes.adminUrl, acknowledged)),
      audit: await reckonAudit(processes.adminUrl, auditor),
    };
  } finally {
    await processes.stop();
  }
};
