import { unwrap } from "@nofx/client";
import type { BatchedExecution } from "@nofx/contract-marketplace";
import { expect } from "vitest";
import { type MarketplaceClient, marketplace, type Person, type TestMarketplace } from "./marketplace.ts";
import { workflow } from "./templates.ts";

/** A report, as a batch has it. */
export type Run = Parameters<MarketplaceClient["recordExecutions"]>[0]["body"]["executions"][number];

let number = 0;

/** A run that succeeded in a second, with what the test is about in its place. */
export const run = (overrides: Partial<BatchedExecution> = {}): Run => {
  number += 1;
  return {
    templateId: workflow().templateId,
    runId: `run-${number}`,
    version: workflow().version,
    outcome: "succeeded",
    durationMs: 1_000,
    ...overrides,
  };
};

/** The same run many times. */
export const runs = (count: number, overrides: Partial<BatchedExecution> = {}): Run[] =>
  Array.from({ length: count }, () => run(overrides));

/** Reports runs; all of them must be new, and none refused. */
export const report = async (client: MarketplaceClient, executions: readonly Run[]): Promise<void> => {
  for (let at = 0; at < executions.length; at += 1_000) {
    const part = executions.slice(at, at + 1_000);
    const { summary } = await unwrap(client.recordExecutions({ body: { executions: part } }));
    expect(summary).toEqual({ accepted: part.length, duplicate: 0, refused: 0 });
  }
};

/** Waits until everything that was reported is counted. */
export const counted = ({ database }: TestMarketplace): Promise<void> =>
  expect
    .poll(() => database.query("SELECT count(*)::int AS n FROM marketplace.usage_batches"), { timeout: 10_000 })
    .toEqual([{ n: 0 }]);

/** A marketplace where acme has a public template with two versions, and people who run it. */
export const withRuns = async (): Promise<{
  world: TestMarketplace;
  acme: MarketplaceClient;
  globex: MarketplaceClient;
  people: { acme: Person; globex: Person };
}> => {
  const world = await marketplace();
  const people = { acme: await world.person("admin", "acme"), globex: await world.person("admin", "globex") };
  const [acme, globex] = [world.as(people.acme), world.as(people.globex)];
  await unwrap(acme.publishTemplate({ body: workflow(), visibility: "public" }));
  const next = workflow({ version: "1.1.0", description: "The same, told anew." });
  await unwrap(acme.publishTemplate({ body: next }));
  return { world, acme, globex, people };
};

/** That many days before now, as reports have it. */
export const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
