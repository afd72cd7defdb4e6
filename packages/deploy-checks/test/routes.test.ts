import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { registryContract } from "@nofx/contract-registry";
import { searchContract } from "@nofx/contract-search";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { chart, root } from "../src/chart.ts";
import { type Manifest, rendered } from "../src/manifests.ts";

type Routes = Record<string, string[]>;

const contracts = { registry: registryContract, marketplace: marketplaceContract, search: searchContract };
const routes = parse(await readFile(join(chart, "files/routes.yaml"), "utf8")) as Routes;

/** What apps/local says: one list of prefixes for each service. */
const localRoutes = async (): Promise<Routes> => {
  const places = ["routes.ts", "up.ts"].map((file) => join(root, "apps/local/src", file));
  const text = await readFile(places.find((place) => existsSync(place)) as string, "utf8");
  const lists = text.matchAll(/\b(registry|marketplace|search)(?:Prefixes =|:) (\[[^\]]*\])/g);
  return Object.fromEntries([...lists].map(([, service, list]) => [service, parse(list as string)]));
};

/** Paths as Ingress and HTTPRoute compare them: by whole elements. */
const elementsOf = (path: string): string[] => path.split("/").filter((element) => element !== "");
const startsWith = (path: string[], prefix: string[]): boolean => prefix.every((element, at) => path[at] === element);

interface Rule {
  readonly prefix: string;
  readonly backend: string;
}

/** Where the longest prefix leads. */
const backendOf = (rules: readonly Rule[], path: string): string | undefined =>
  rules
    .filter(({ prefix }) => startsWith(elementsOf(path), elementsOf(prefix)))
    .toSorted((a, b) => elementsOf(b.prefix).length - elementsOf(a.prefix).length)[0]?.backend;

const rulesOf = (manifests: readonly Manifest[]): Rule[] => {
  const route = manifests.find(({ kind }) => kind === "Ingress" || kind === "HTTPRoute");
  if (route?.kind === "Ingress") {
    type Path = { path: string; pathType: string; backend: { service: { name: string } } };
    const paths = route.spec.rules[0].http.paths as Path[];
    return paths
      .filter(({ pathType }) => pathType === "Prefix")
      .map(({ path, backend }) => ({ prefix: path, backend: backend.service.name }));
  }
  type Match = { path: { type: string; value: string } };
  const rules = (route?.spec.rules ?? []) as { matches: Match[]; backendRefs: { name: string }[] }[];
  return rules.flatMap(({ matches, backendRefs }) =>
    matches
      .filter(({ path }) => path.type === "PathPrefix")
      .map(({ path }) => ({ prefix: path.value, backend: backendRefs[0]?.name ?? "" })),
  );
};

describe("the chart's routes", () => {
  it("are those of `npm start`", async () => {
    expect(routes).toEqual(await localRoutes());
  });

  it.each(["managed", "gateway"] as const)("lead every operation to its service (%s)", async (set) => {
    const rules = rulesOf(await rendered(set));
    expect(rules).toHaveLength(Object.values(routes).flat().length);
    const misled = Object.entries(contracts).flatMap(([service, { operations }]) =>
      Object.values(operations)
        .filter(({ path }) => backendOf(rules, path) !== `nofx-${service}`)
        .map(({ id, path }) => `${id}: ${path} leads to ${backendOf(rules, path)}`),
    );
    expect(misled).toEqual([]);
  });

  it.each(["managed", "gateway"] as const)("lead /metrics to nobody (%s)", async (set) => {
    const manifests = await rendered(set);
    const text = JSON.stringify(manifests.find(({ kind }) => kind === "Ingress" || kind === "HTTPRoute")?.spec.rules);
    expect(text).toMatch(
      /\{"matches":\[\{"path":\{"type":"Exact","value":"\/metrics"\}\}\],"backendRefs":\[\{"name":"nofx-nowhere"|"path":"\/metrics","pathType":"Exact","backend":\{"service":\{"name":"nofx-nowhere"/,
    );
    const nowhere = manifests.find(({ kind, metadata }) => kind === "Service" && metadata.name === "nofx-nowhere");
    expect(nowhere?.spec.selector).toBeUndefined();
  });
});
