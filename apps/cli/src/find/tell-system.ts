import type { SystemHealth } from "@nofx/contract-search";
import type { Style } from "../output/style.ts";
import { table } from "../output/table.ts";

interface Part {
  readonly part: string;
  readonly status: string;
  readonly latencyMs?: number | undefined;
  readonly detail?: string | undefined;
}

const partsOf = ({ services, databases, index }: SystemHealth): Part[] => [
  ...services.map(({ name, status, latencyMs, reason, version }) => ({
    part: name,
    status,
    latencyMs,
    detail: reason ?? (version && `contract ${version}`),
  })),
  ...databases.map(({ name, status, latencyMs, reason, schemaVersion }) => ({
    part: `database of ${name}`,
    status,
    latencyMs,
    detail: reason ?? schemaVersion,
  })),
  {
    part: "search index",
    status: index.status,
    detail: index.reason ?? (index.documents === undefined ? undefined : `${index.documents} documents`),
  },
];

/** How the control plane is, for people. */
export const tellSystem = (origin: string, system: SystemHealth, style: Style): string => {
  const paint = (status: string, text: string) => {
    if (status === "ok") return style.green(text);
    return status === "failed" ? style.red(text) : style.yellow(text);
  };
  const parts = table(
    partsOf(system),
    [
      { title: "part", cell: ({ part }) => part },
      { title: "status", cell: ({ status }) => paint(status, status) },
      { title: "answered in", cell: ({ latencyMs }) => (latencyMs === undefined ? "" : `${Math.round(latencyMs)} ms`) },
      { title: "detail", cell: ({ detail = "" }) => detail, isFlexible: true },
    ],
    style,
  );
  const withheld = system.details === "withheld" ? `\n${style.dim("With a token there is more to see.")}` : "";
  return `${style.bold(origin)} is ${paint(system.status, system.status)}.\n\n${parts}${withheld}`;
};
