import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { createClient, unwrap } from "@nofx/client";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { readEnv } from "../src/env.ts";
import { bringSamples } from "../src/fill.ts";
import { loadSamples, removeSamples } from "../src/samples.ts";
import type { Step } from "../src/step.ts";
import { type ControlPlane, up } from "../src/up.ts";
import { freeBlock } from "./local-process.ts";
import { startedBefore, temporaryDirectory } from "./process.ts";

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

/** A step that keeps what it tells. */
const telling = () => {
  const told = new Map<string, string>();
  const step: Step = async (what, work, tell) => {
    const result = await work();
    told.set(what, tell?.(result) ?? "");
    return result;
  };
  return { told, step };
};

const clientOf = ({ local: { origin: baseUrl, token } }: ControlPlane) =>
  createClient(marketplaceContract, { baseUrl, token });

const runsIn = async (controlPlane: ControlPlane): Promise<number> =>
  (await unwrap(clientOf(controlPlane).getAnalyticsDashboard())).totals.runs;

const noteIn = async (state: string): Promise<object> =>
  JSON.parse(await readFile(join(state, "samples.json"), "utf8"));

describe("sample runs", () => {
  it("come with the first start, are marked, show a bad release, go with one command, and come only where nothing ran", async () => {
    const line = /(\d,\d{3}) of the last 7 days, marked as samples \(remove: npm run samples:remove\)/;
    const [, shown = ""] = line.exec(inject("firstStart").output) ?? [];
    const runs = Number(shown.replace(",", ""));
    expect(runs).toBeGreaterThan(3_500);
    const state = await startedBefore();
    expect(await noteIn(state)).toEqual({ loadedAt: expect.any(String), runs });
    const source = { NOFX_STATE: state, NOFX_PORT: String(await freeBlock()) };
    const starting = telling();
    const controlPlane = await up(readEnv(source), starting.step);
    onTestFinished(controlPlane.stop);
    // They came before, and do not come twice.
    expect([...starting.told.keys()]).not.toContain("Sample runs");
    await expect.poll(() => runsIn(controlPlane), { timeout: 10_000 }).toBe(runs);

    const client = clientOf(controlPlane);
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
    expect(await runsIn(controlPlane)).toBe(0);
    expect(await noteIn(state)).toEqual({ removedAt: expect.any(String) });
    expect(await removeSamples(state, new Date())).toBe("There are no sample runs.");

    /** Does what each start does once all is published; gives what was told, and how many runs there are then. */
    const brought = async (samples: "0" | "1") => {
      const { told, step } = telling();
      const { origin, token } = controlPlane.local;
      await bringSamples(readEnv({ ...source, NOFX_SAMPLES: samples }), origin, token, step);
      return { told: [...told.keys()], runs: await runsIn(controlPlane) };
    };
    expect(await brought("1")).toEqual({ told: [], runs: 0 });
    // As if there had been none.
    await rm(join(state, "samples.json"));
    expect(await brought("0")).toEqual({ told: [], runs: 0 });
    const body = { runId: "real", version: "1.0.0", outcome: "succeeded" as const, durationMs: 1 };
    await unwrap(client.recordExecution({ templateId: "cost-review", body }));
    await expect.poll(() => runsIn(controlPlane), { timeout: 10_000 }).toBe(1);
    expect(await brought("1")).toEqual({ told: [], runs: 1 });
    expect(await loadSamples(client, ["cost-review", "invoice-run"], new Date())).toBeGreaterThan(3_500);

    await controlPlane.stop();
    expect(await remove(state)).toEqual({ code: 1, output: expect.stringContaining("Nothing answers at http://127") });
  }, 120_000);

  it("are not removed where nothing was ever started", async () => {
    const state = await temporaryDirectory();
    await expect(removeSamples(state, new Date())).rejects.toThrow(/^Cannot read .*local\.json/);
  });

  it("ask for 0 or 1", () => {
    expect(() => readEnv({ NOFX_SAMPLES: "many" })).toThrow('NOFX_SAMPLES is "many"');
    expect(readEnv({}).samples).toBe(true);
  });
});
