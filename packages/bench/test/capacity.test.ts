import { describe, expect, it } from "vitest";
import { cpuOf, parseStat, parts, untilQuiet } from "../src/capacity-cpu.ts";
import { measureCapacity } from "../src/capacity-measure.ts";
import { costTable, sizeTable, versionTable } from "../src/capacity-report.ts";

const never = new AbortController().signal;
const none = { registry: 0, marketplace: 0, search: 0, postgres: 0 };

describe("parseStat", () => {
  it("reads the parent and both times, whatever the program is called", () => {
    const text = "42 (a (b) c) S 7 42 42 0 -1 4194560 1 2 3 4 150 50 20 10 20 0 1 0 5 6 7";
    expect(parseStat(text)).toEqual({ parent: 7, ownMs: 2_000, endedMs: 300 });
  });
});

describe("tables of capacity", () => {
  it("show microseconds of each part for one unit, and what a core would do in a second", () => {
    const cpu = { ...none, marketplace: 200, postgres: 300 };
    expect(costTable([{ name: "report", requests: 10, units: 100, cpu }])).toContain(
      "| report | 10 | 0 | 200 | 0 | 300 | 2000 |",
    );
  });

  it("show bytes per row of what matters, and per version of each schema", () => {
    const sizes = [
      { table: "registry.agent_versions", rows: 1_000, bytes: 3_000_000, indexBytes: 500_000 },
      { table: "registry.feed", rows: 1, bytes: 100, indexBytes: 100 },
      { table: "search.records", rows: 0, bytes: 8_192, indexBytes: 8_192 },
    ];
    expect(sizeTable(sizes).split("\n").slice(2)).toEqual(["| registry.agent_versions | 1000 | 3000 | 500 | 3.5 |"]);
    expect(versionTable(sizes, 1_000)).toContain("| registry | 3.5 | 3500 |");
    expect(versionTable(sizes, 1_000)).toContain("| marketplace | 0.0 | 0 |");
  });
});

describe("CPU time", () => {
  it("of processes that are gone is none", async () => {
    const gone = 2 ** 22 + 1;
    expect(await cpuOf({ registry: gone, marketplace: gone, search: gone, postgres: gone })).toEqual(none);
  });

  it("is no longer waited for when the measurement is given up", async () => {
    const stopped = AbortSignal.abort(new Error("Enough"));
    await expect(untilQuiet({ registry: 1, marketplace: 1, search: 1, postgres: 1 }, 0.1, stopped)).rejects.toThrow(
      "Enough",
    );
  });
});

describe.skipIf(process.platform !== "linux")("npm run bench:capacity", () => {
  it("tells bytes of tables and CPU time of every operation, on all three services", async () => {
    const told: string[] = [];
    const plan = { versions: 10, versionsEach: 2, scale: 0, idleSeconds: 0.2, quietSeconds: 0 };
    await measureCapacity(plan, (text) => told.push(text), never);
    const output = told.join("\n");
    for (const table of ["registry.agent_versions", "marketplace.template_versions", "search.records"]) {
      expect(output).toContain(`| ${table} |`);
    }
    expect(output).toContain(`| operation | requests | ${parts.map((part) => `${part} µs`).join(" | ")} |`);
    expect(told.at(-2)?.trim().split("\n")).toHaveLength(2 + 10);
    expect(told.at(-1)).toContain("| marketplace.template_runs | 800 |");
  }, 180_000);
});
