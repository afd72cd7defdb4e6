import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "./directories.ts";
import { childrenOf, isRunning, startBench } from "./process.ts";

/** The lines below the head, each as its cells. */
const rowsOf = (table: string): string[][] =>
  table
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => line.split(/ {2,}/));

describe("npm run bench", () => {
  it("measures every subject without errors, quickly if asked to, and leaves nothing behind", async () => {
    const directory = await temporaryDirectory();
    const started = startBench(["--quick"], directory);
    expect(await started.ended, started.output()).toBe(0);
    const rows = rowsOf(started.output());
    expect(rows.map(([subject]) => subject)).toEqual([
      "one version",
      "one agent",
      "page of 20 agents",
      "one version, caches dropped",
      "publish, against SQL",
      "runs reported in batches, against SQL",
      "runs reported in batches, against SQL with a key",
    ]);
    for (const [_subject, service, bare, ratio, _p50, _p99, ...rest] of rows) {
      for (const rate of [service, bare, ratio]) expect(Number(rate)).toBeGreaterThan(0);
      expect(rest).toEqual(["-", "ok", "0", "0"]);
    }
    expect(await readdir(directory)).toEqual([]);
  }, 120_000);

  it.each([
    { what: "Ctrl-C in a terminal", signal: "SIGINT", toGroup: true },
    { what: "SIGTERM", signal: "SIGTERM", toGroup: false },
  ] as const)(
    "ends on $what within 20 seconds, saying so, and leaves nothing behind",
    async ({ signal, toGroup }) => {
      const directory = await temporaryDirectory();
      const { child, ended, output } = startBench(["--quick"], directory);
      const pid = Number(child.pid);
      const measuring = async () => (await childrenOf(pid)).some(({ command }) => command.includes("bare.ts"));
      await expect.poll(measuring, { timeout: 60_000, interval: 100 }).toBe(true);
      const children = await childrenOf(pid);
      expect(children).toHaveLength(2);
      const askedAt = performance.now();
      process.kill(toGroup ? -pid : pid, signal);
      expect(await ended, output()).toBe(1);
      expect(performance.now() - askedAt).toBeLessThan(20_000);
      expect(output()).toBe("Interrupted\n");
      expect(children.filter((each) => isRunning(each.pid))).toEqual([]);
      expect(await readdir(directory)).toEqual([]);
    },
    90_000,
  );
});
