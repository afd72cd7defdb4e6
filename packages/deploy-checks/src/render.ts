import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { chart, type ValueSet, valueSets } from "./chart.ts";

const run = promisify(execFile);

/** The version of the `helm` on PATH, if there is one. */
export const helmVersion = async (): Promise<string | undefined> =>
  await run("helm", ["version", "--short"]).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );

const filesOf = (set: ValueSet): string[] => valueSets[set].flatMap((file) => ["--values", join(chart, file)]);

/** What Helm makes of the chart with a value set and more values, tests included. @throws with what it refuses. */
export const render = async (set: ValueSet, ...more: readonly string[]): Promise<string> => {
  const release = ["nofx", chart, "--namespace", "nofx", "--kube-version", "1.30.0"];
  const values = [...filesOf(set), ...more.flatMap((value) => ["--set", value])];
  return (await run("helm", ["template", ...release, ...values], { maxBuffer: 64 * 1024 * 1024 })).stdout;
};

/** @throws with what Helm has against the chart. */
export const lint = async (set: ValueSet): Promise<void> => {
  await run("helm", ["lint", "--strict", chart, ...filesOf(set)]);
};
