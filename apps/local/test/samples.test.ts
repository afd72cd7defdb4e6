import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createClient, unwrap } from "@nofx/client";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { describe, expect, it, onTestFinished } from "vitest";
import { readEnv } from "../src/env.ts";
import { removeSamples } from "../src/samples.ts";
import type { Step } from "../src/step.ts";
import { type ControlPlane, up } from "../src/up.ts";
import { freeBlock, temporaryDirectory } from "./process.ts";

/** How a program ended, and what it printed. */
interface Ended {
  readonly code: number;
  readonly output: string;
}

/** Runs what `npm run samples:remove` runs. */
const remove = (state: string): Promise<Ended> =>
  new Promise((resolve) => {
    const program = join(import.meta.dirname, "../src/remove-samples.ts");
    const env = { PATH: process.env.PATH, NOFX_STATE: state };
    execFile(process.execPath, [program], { env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
    );
  });

/** Starts a control plane, and keeps what its steps told. */
const started = async (
  source: Record<string, string>,
): Promise<ControlPlane & { readonly told: Map<string, string> }> => {
  const told = new Map<string, string>();
  const step: Step = async (what, work, tell) => {
    const result = await work();
    told.set(what, tell?.(result) ?? "");
    return result;
  };
  const controlPlane = await up(readEnv(source), step);
  onTestFinished(controlPlane.stop);
  return { ...controlPlane, told };
};

const clientOf = ({ local: { origin: baseUrl, token } }: ControlPlane) =>
  createClient(marketplaceContract, { baseUrl, token });

const runsIn = async (controlPlane: ControlPlane): Promise<number> =>
  (await unwrap(clientOf(controlPlane).getAnalyticsDashboard())).totals.runs;

const noteIn = async (state: string): Promise<object> =>
  JSON.parse(await readFile(join(state, "samples.json"), "utf8"));

describe("sample runs", () => {
  it("come with the first start, are marked, show a bad release, go with one command, and do not come again", async () => {
    const [state, port] = [await temporaryDirectory(), await freeBlock()];
    const source = { NOFX_STATE: state, NOFX_PORT: String(port) };
    await expect(removeSamples(state, new Date())).rejects.toThrow(/^Cannot read .*local\.json/);
    const first = await started(source);
    const line = /^(\d,\d{3}) of the last 7 days, marked as samples \(remove: npm run samples:remove\)$/;
    const [, shown = ""] = line.exec(first.told.get("Sample runs") ?? "") ?? [];
    const runs = Number(shown.replace(",", ""));
    expect(runs).toBeGreaterThan(3_500);
    expect(await noteIn(state)).toEqual({ loadedAt: expect.any(String), runs });
    await expect.poll(() => runsIn(first), { timeout: 10_000 }).toBe(runs);

    const client = clientOf(first);
    const dashboard = await unwrap(client.getAnalyticsDashboard());
    expect(dashboard).toMatchObject({ includesSample: true, totals: { templates: 16 } });
    expect(dashboard.trending.templates.map(({ includesSample }) => includesSample)).toEqual(Array(10).fill(true));
    const { templates } = await unwrap(client.listTemplates({ tenant: "local", sort: "popular", limit: 1 }));
    const { template } = await unwrap(client.getTemplate({ templateId: templates[0]?.templateId ?? "" }));
    expect(template).toMatchObject({ templateId: "invoice-run", analytics: { sample: true } });
    const versions = { templateId: "invoice-run", a: "1.0.0", b: "1.0.1" };
    const { success } = await unwrap(client.compareTemplateVersionUsage(versions));
    expect(success.verdict).toBe("worse");
    const { failures } = await unwrap(client.getTemplateAnalytics({ templateId: "invoice-run", version: "1.0.1" }));
    expect(failures.items[0]).toMatchObject({ errorClass: "output_schema_mismatch", failedStep: expect.any(String) });

    const removed = `Removed ${shown} sample runs of 16 templates and 26 agents. Real runs are as they were.\n`;
    expect(await remove(state)).toEqual({ code: 0, output: removed });
    expect(await runsIn(first)).toBe(0);
    expect(await noteIn(state)).toEqual({ removedAt: expect.any(String) });
    expect(await removeSamples(state, new Date())).toBe("There are no sample runs.");
    await first.stop();
    expect(await remove(state)).toEqual({ code: 1, output: expect.stringContaining("Nothing answers at http://127") });
    const second = await started(source);
    expect([...second.told.keys()]).not.toContain("Sample runs");
    expect(await runsIn(second)).toBe(0);
  }, 120_000);

  it("do not come with NOFX_SAMPLES=0, nor where something has run already", async () => {
    const source = { NOFX_STATE: await temporaryDirectory(), NOFX_PORT: String(await freeBlock()) };
    const without = await started({ ...source, NOFX_SAMPLES: "0" });
    expect([...without.told.keys()]).not.toContain("Sample runs");
    expect(await runsIn(without)).toBe(0);
    const body = { runId: "real", version: "1.0.0", outcome: "succeeded" as const, durationMs: 1 };
    await unwrap(clientOf(without).recordExecution({ templateId: "cost-review", body }));
    await expect.poll(() => runsIn(without), { timeout: 10_000 }).toBe(1);
    await without.stop();
    const again = await started(source);
    expect([...again.told.keys()]).not.toContain("Sample runs");
    expect(await runsIn(again)).toBe(1);
  }, 120_000);

  it("ask for 0 or 1", () => {
    expect(() => readEnv({ NOFX_SAMPLES: "many" })).toThrow('NOFX_SAMPLES is "many"');
    expect(readEnv({}).samples).toBe(true);
  });
});
