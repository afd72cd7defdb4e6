import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { smoke } from "@nofx/acceptance";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { parse } from "yaml";
import { readEnv, root } from "../src/env.ts";
import { loadSecrets } from "../src/state.ts";
import { type ControlPlane, up } from "../src/up.ts";
import { askedBy, type Exposed, exposedIn, metricOf } from "./exposed.ts";
import { copyState } from "./first-start.ts";
import { freeBlock } from "./local-process.ts";

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig: { readonly defaults: { readonly unit?: string } };
  readonly targets: readonly { readonly refId: string; readonly expr: string }[];
}
interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: string }[] };
}
interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

const infra = join(root, "infra");
const inInfra = (path: string): Promise<string> => readFile(join(infra, path), "utf8");

const dashboards = async (): Promise<Dashboard[]> => {
  const names = await readdir(join(infra, "grafana/dashboards"));
  return await Promise.all(names.map(async (name) => JSON.parse(await inInfra(`grafana/dashboards/${name}`))));
};

const rules = async (): Promise<Rule[]> =>
  parse(await inInfra("prometheus/alerts.yml")).groups.flatMap((group: { rules: Rule[] }) => group.rules);

/** What Prometheus itself adds to what it collects. */
const added = { series: ["up"], labels: ["instance", "job"] };

let state: string;
let controlPlane: ControlPlane | undefined;
let exposed: ReadonlyMap<string, Exposed>;

beforeAll(async () => {
  const { state: before, metrics } = inject("firstStart");
  state = await copyState(before);
  exposed = exposedIn(metrics);
  const source = { NOFX_PORT: String(await freeBlock()), NOFX_STATE: state };
  controlPlane = await up(readEnv(source), (_what, work) => work());
}, 120_000);
afterAll(async () => {
  await controlPlane?.stop();
  await rm(state, { recursive: true, force: true });
});

/** Everything that a query names and no service exposes. */
const unknownIn = (query: string): string[] => {
  const { asked, groups } = askedBy(query);
  const own = asked.filter(({ series }) => !added.series.includes(series));
  const labelsOf = (series: string) => [...(metricOf(series, exposed)?.labels ?? []), ...added.labels];
  return [
    ...own.filter(({ series }) => !metricOf(series, exposed)).map(({ series }) => series),
    ...own.flatMap(({ series, labels }) =>
      labels.filter((label) => !labelsOf(series).includes(label)).map((label) => `${series}{${label}}`),
    ),
    ...groups.filter((label) => !own.every(({ series }) => labelsOf(series).includes(label))),
  ];
};

/** A query as Grafana sends it. */
const sent = (query: string): string => query.replaceAll("$__rate_interval", "5m");

describe("dashboards", () => {
  it("ask for what services expose only, by labels that it has", async () => {
    for (const { title, panels } of await dashboards()) {
      for (const panel of panels) {
        expect(panel.targets.length, `${title}: ${panel.title}`).toBeGreaterThan(0);
        for (const { expr } of panel.targets) expect([expr, unknownIn(sent(expr))]).toEqual([expr, []]);
      }
    }
  });

  it("choose among values of labels that there are", async () => {
    const queries = (await dashboards()).flatMap(({ templating }) => templating.list.map(({ query }) => query));
    const chosen = queries.flatMap((query) => [...query.matchAll(/^label_values\((.*), ([a-z]+)\)$/g)]);
    expect(chosen).toHaveLength(2);
    for (const [, series = "", label = ""] of chosen) expect(unknownIn(`sum by (${label}) (${series})`)).toEqual([]);
  });

  it("are known by a uid each; every panel has a title, a description, a unit and a place of its own", async () => {
    const all = await dashboards();
    expect(new Set(all.map(({ uid }) => uid)).size).toBe(3);
    for (const { panels } of all) {
      for (const { title, description, fieldConfig } of panels) {
        expect([title, description, fieldConfig.defaults.unit]).toEqual(Array(3).fill(expect.stringMatching(/./)));
      }
      const unique = (values: readonly unknown[]) => new Set(values).size === values.length;
      expect(unique(panels.map(({ id }) => id))).toBe(true);
      expect(unique(panels.map(({ title }) => title))).toBe(true);
      const squares = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
        Array.from({ length: w * h }, (_, n) => `${x + (n % w)},${y + Math.floor(n / w)}`),
      );
      expect(unique(squares)).toBe(true);
      expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBeLessThanOrEqual(24);
    }
  });

  it("are provisioned, and Prometheus collects what they show", async () => {
    const { providers } = parse(await inInfra("grafana/provisioning/dashboards/nofx.yaml"));
    expect(providers[0].options.path).toMatch(/^\//);
    const { datasources } = parse(await inInfra("grafana/provisioning/datasources/prometheus.yaml"));
    expect(datasources).toMatchObject([{ type: "prometheus" }]);
    const { rule_files: files, scrape_configs: jobs, global } = parse(await inInfra("prometheus/prometheus.yml"));
    expect(files).toEqual(["alerts.yml"]);
    expect(jobs.map(({ job_name: name }: { job_name: string }) => name)).toEqual(["nofx"]);
    expect(datasources[0].jsonData.timeInterval).toBe(global.scrape_interval);
  });
});

describe("alerts", () => {
  it("go by what services expose, wait for a while, and say what is the matter", async () => {
    const all = await rules();
    expect(new Set(all.map(({ alert }) => alert)).size).toBe(all.length);
    for (const { alert, expr, for: time, labels, annotations } of all) {
      expect([alert, unknownIn(expr)]).toEqual([alert, []]);
      expect(time).toMatch(/^\d+[mh]$/);
      expect(labels.severity).toMatch(/^(warning|critical)$/);
      expect([annotations.summary, annotations.description]).toEqual(Array(2).fill(expect.stringMatching(/./)));
    }
  });
});

describe("docs/metrics.md", () => {
  it("lists every metric of the services, and no other", async () => {
    const rows = [...exposed]
      .filter(([name]) => name.startsWith("nofx_"))
      .map(([name, { type, labels, services, help }]) => {
        const asked = [...labels].filter((label) => label !== "service" && label !== "le").toSorted();
        return `${name} | ${type} | ${asked.join(", ")} | ${[...services].toSorted().join(", ")} | ${help}`;
      });
    const documented = (await readFile(join(root, "docs/metrics.md"), "utf8"))
      .split("\n")
      .filter((line) => line.startsWith("| `nofx_"))
      .map((line) =>
        line
          .split("|")
          .slice(1, -1)
          .map((cell) => cell.trim().replaceAll("`", ""))
          .join(" | "),
      );
    expect(documented.toSorted()).toEqual(rows.toSorted());
  });
});

describe("what users rely on first", () => {
  smoke(async () => ({
    origin: controlPlane?.local.origin ?? "",
    operatorToken: (await loadSecrets(state)).bootstrapToken,
    isEdge: false,
  }));
});
