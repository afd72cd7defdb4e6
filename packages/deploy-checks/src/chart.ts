import { createHash } from "node:crypto";
import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";

/** The repository's root. */
export const root = join(import.meta.dirname, "../../..");
export const chart = join(root, "infra/helm/nofx");
/** What the chart makes of each value set: committed, so that reviews see manifests. */
export const renderedDirectory = join(root, "infra/helm/rendered");

/** Whole installations: the files of values that are put on top of the chart's own. */
export const valueSets = {
  managed: ["values-managed.yaml"],
  cloudnativepg: ["values-cloudnativepg.yaml"],
  citus: ["values-citus.yaml"],
  opensearch: ["values-cloudnativepg.yaml", "values-opensearch.yaml"],
  gateway: ["values-managed.yaml", "values-gateway.yaml"],
} as const;

export type ValueSet = keyof typeof valueSets;
export const setNames = Object.keys(valueSets) as ValueSet[];

export type Values = { readonly [key: string]: unknown };

const isMap = (value: unknown): value is Values => typeof value === "object" && value !== null && !Array.isArray(value);

/** Values on top of others, as Helm puts them: maps are merged, everything else is replaced. */
export const merged = (below: Values, above: Values): Values => {
  const result: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const under = result[key];
    result[key] = isMap(under) && isMap(value) ? merged(under, value) : value;
  }
  return result;
};

const readYaml = async (path: string): Promise<Values> => parse(await readFile(path, "utf8")) as Values;

/** The values of a set, complete. */
export const valuesOf = async (set: ValueSet): Promise<Values> => {
  let values = await readYaml(join(chart, "values.yaml"));
  for (const file of valueSets[set]) values = merged(values, await readYaml(join(chart, file)));
  return values;
};

/**
 * Of all that decides what is rendered: tells whether the rendered manifests are of this chart. Alerts and dashboards, to
 * which the chart has links, are not among them.
 */
export const chartDigest = async (): Promise<string> => {
  const files: string[] = [];
  for await (const file of glob("{*,templates/**/*,files/*}.{yaml,json,tpl,txt}", { cwd: chart })) {
    files.push(file.replaceAll("\\", "/"));
  }
  const digest = createHash("sha256");
  for (const file of files.toSorted()) digest.update(`${file}\n`).update(await readFile(join(chart, file)));
  return digest.digest("hex");
};
