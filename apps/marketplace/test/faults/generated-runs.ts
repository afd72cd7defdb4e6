import type { Report } from "../usage.ts";
import type { ModelRun } from "../usage-model.ts";

const hourMs = 60 * 60 * 1000;

/** Numbers from 0 to below 1 that look random and follow from the seed (mulberry32). */
const randomFrom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const pick = <T>(from: readonly T[], by: number): T => from[Math.floor(by * from.length)] as T;

/** Templates of acme that the runs are of; all are public. */
export const runTemplates = ["release-notes", ...Array.from({ length: 7 }, (_, n) => `template-${n}`)];
export const runVersions = ["1.0.0", "1.1.0"];

/** The nth run, whenever it is asked for; those with even numbers are acme's. Two of a hundred ended days ago. */
export const runOf = (n: number, end: number): ModelRun => {
  const random = randomFrom(n * 7919 + 1);
  const outcome = pick(
    ["succeeded", "succeeded", "succeeded", "succeeded", "failed", "cancelled", "invalid"],
    random(),
  );
  const isBad = outcome === "failed" || outcome === "invalid";
  const isLate = random() < 0.02;
  const tenant = n % 2 === 0 ? "acme" : "globex";
  return {
    tenant,
    templateTenant: "acme",
    templateId: pick(runTemplates, random() ** 2),
    version: pick(runVersions, random()),
    environment: pick(["", "production", "staging"], random()),
    callerKind: pick(["human", "ci", "agent"], random()),
    sample: tenant === "acme" && random() < 0.02,
    outcome: outcome as ModelRun["outcome"],
    at: end - Math.floor(random() * hourMs * (isLate ? 6 * 24 : 2)),
    subject: `person-${Math.floor(random() * 200)}`,
    durationMs: Math.floor(Math.exp(random() * 14)) - (random() < 0.01 ? 1 : 0),
    tokens: random() < 0.8 ? Math.floor(random() * 20_000) : undefined,
    costMicros: random() < 0.5 ? Math.floor(random() * 1e6) : undefined,
    failedStep: isBad && random() < 0.8 ? pick(["collect", "write", "check"], random()) : "",
    errorClass: isBad ? pick(["timeout", "refused", "limit"], random()) : "",
    steps:
      random() < 0.3
        ? [
            {
              agent: pick(["acme/collector", "globex/writer"], random()),
              version: "1.0.0",
              outcome: "succeeded",
              durationMs: 40,
            },
          ]
        : [],
  };
};

/** How a run is reported. */
export const reportOfRun = (n: number, run: ModelRun): Report => ({
  templateId: run.templateId,
  tenant: "acme",
  runId: `run-${n}`,
  version: run.version,
  outcome: run.outcome,
  durationMs: run.durationMs,
  callerKind: run.callerKind as Report["callerKind"],
  subject: run.subject,
  sample: run.sample,
  occurredAt: new Date(run.at).toISOString(),
  ...(run.environment && { environment: run.environment }),
  ...(run.tokens !== undefined && { tokens: run.tokens }),
  ...(run.costMicros !== undefined && { costUsd: run.costMicros / 1e6 }),
  ...(run.failedStep && { failedStep: run.failedStep }),
  ...(run.errorClass && { errorClass: run.errorClass }),
  ...(run.steps.length > 0 && {
    steps: run.steps.map(({ agent, ...rest }) => ({ agentId: agent, ...rest })),
  }),
});

/** Numbers of runs in an order of their own, one in ten of them twice. */
export const shuffledWithDuplicates = (numbers: readonly number[], seed: number): Uint32Array => {
  const random = randomFrom(seed);
  const twice = numbers.filter((_, index) => index % 10 === 0);
  const order = Uint32Array.from([...numbers, ...twice]);
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other] as number, order[last] as number];
  }
  return order;
};
