import { setTimeout as delay } from "node:timers/promises";
import { type Client, createClient } from "@nofx/client";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { reportOfRun, runOf } from "./generated-runs.ts";

/** What writers were told, all together. */
export interface Answers {
  reports: number;
  /** Requests that got no answer, or were asked to come again. */
  interrupted: number;
  /** Anything else than accepted and duplicate. */
  readonly other: Set<string>;
  readonly told: Record<string, number>;
}

/** Numbers of runs, to be reported by whoever comes first. */
export interface Queue {
  readonly order: Uint32Array;
  next: number;
}

type Marketplace = Client<typeof marketplaceContract>;

const count = (
  answers: Answers,
  results: readonly { readonly outcome: string; readonly problem?: { code: string } | undefined }[],
) => {
  answers.reports += results.length;
  for (const { outcome, problem } of results) {
    answers.told[outcome] = (answers.told[outcome] ?? 0) + 1;
    if (problem) answers.other.add(problem.code);
  }
};

/** Sends a batch until it is answered. */
const send = async (client: Marketplace, numbers: Uint32Array, end: number, answers: Answers): Promise<void> => {
  const executions = [...numbers].map((n) => reportOfRun(n, runOf(n, end)));
  for (;;) {
    const answer = await client.recordExecutions({ body: { executions } }).catch(() => undefined);
    if (answer?.ok) return count(answers, answer.body.results);
    if (answer && answer.status !== 503) return void answers.other.add(`${answer.status} ${answer.problem.code}`);
    answers.interrupted += 1;
    await delay(100);
  }
};

/** Reports what is in the queue, batch by batch. */
export const writePatiently = async (
  { baseUrl, token, batch, end }: { baseUrl: string; token: string; batch: number; end: number },
  queue: Queue,
  answers: Answers,
): Promise<void> => {
  const client = createClient(marketplaceContract, { baseUrl, token, timeoutMs: 30_000, retries: 0 });
  while (queue.next < queue.order.length) {
    const numbers = queue.order.subarray(queue.next, queue.next + batch);
    queue.next += batch;
    await send(client, numbers, end, answers);
  }
};
