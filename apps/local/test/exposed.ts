import { parser } from "@prometheus-io/lezer-promql";

/** A metric as services expose it. */
export interface Exposed {
  readonly type: string;
  readonly help: string;
  readonly labels: Set<string>;
  readonly services: Set<string>;
}

/** Names of series that a histogram stands for, besides its own. */
const seriesOf = (name: string, type: string): string[] =>
  type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];

const described = (text: string, keyword: "TYPE" | "HELP"): Map<string, string> =>
  new Map(
    [...text.matchAll(new RegExp(`^# ${keyword} (\\S+) (.*)$`, "gm"))].map(([, name = "", what = ""]) => [name, what]),
  );

/** Names and values of the labels that a metric's samples bear. */
const labelsIn = (text: string, name: string, type: string): [name: string, value: string][] =>
  seriesOf(name, type)
    .flatMap((series) => [...text.matchAll(new RegExp(`^${series}\\{(.*)\\} `, "gm"))])
    .flatMap(([, inner = ""]) => [...inner.matchAll(/([a-z_]+)="([^"]*)"/g)])
    .map(([, label = "", value = ""]) => [label, value]);

/** What texts in Prometheus' format expose, by the name of the metric. */
export const exposedIn = (texts: readonly string[]): Map<string, Exposed> => {
  const all = new Map<string, Exposed>();
  for (const text of texts) {
    const helps = described(text, "HELP");
    for (const [name, type] of described(text, "TYPE")) {
      const known = all.get(name) ?? { type, help: helps.get(name) ?? "", labels: new Set(), services: new Set() };
      all.set(name, known);
      for (const [label, value] of labelsIn(text, name, type)) {
        known.labels.add(label);
        if (label === "service") known.services.add(value);
      }
    }
  }
  return all;
};

/** The metric that a series belongs to. */
export const metricOf = (series: string, exposed: ReadonlyMap<string, Exposed>): Exposed | undefined =>
  exposed.get(series) ?? exposed.get(series.replace(/_(bucket|sum|count)$/, ""));

/** A series that a query reads, with the labels that it asks for. */
export interface Asked {
  readonly series: string;
  readonly labels: readonly string[];
}

/** What a PromQL query reads, and the labels that it groups by. @throws if it is none */
export const askedBy = (query: string): { readonly asked: Asked[]; readonly groups: string[] } => {
  const asked: { series: string; labels: string[] }[] = [];
  const groups: string[] = [];
  let isGrouping = false;
  parser.parse(query).iterate({
    enter: ({ type, name, from, to }) => {
      const text = query.slice(from, to);
      if (type.isError) throw new Error(`Not PromQL at ${from}: ${query}`);
      if (name === "VectorSelector") asked.push({ series: "", labels: [] });
      if (name === "GroupingLabels") isGrouping = true;
      const last = asked.at(-1);
      if (name === "Identifier" && last?.series === "") last.series = text;
      if (name !== "LabelName") return;
      if (isGrouping) groups.push(text);
      else last?.labels.push(text);
    },
    leave: ({ name }) => {
      if (name === "GroupingLabels") isGrouping = false;
    },
  });
  return { asked, groups };
};
