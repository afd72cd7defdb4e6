/**
 * `npm test`: everything that must be true before a change lands. Quiet while it is; a step that fails shows its whole
 * output, the others still run. Ends with `N passed, N failed`, summed over all packages' tests.
 */
import { spawn } from "node:child_process";
import { globSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { startTestServer } from "@nofx/testkit";

const root = join(import.meta.dirname, "..");
const bin = (name: string): string => join(root, "node_modules/.bin", name);

interface Step {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

/** What reads the code. */
const judging: readonly Step[] = [
  { name: "Format and lint", command: [bin("biome"), "ci", "--colors=off", "."] },
  {
    name: "Import boundaries",
    command: [bin("depcruise"), "--config", ".dependency-cruiser.mjs", "apps", "packages", "scripts"],
  },
  { name: "Unused code", command: [bin("knip"), "--no-progress"] },
  { name: "Generated files", command: ["node", "scripts/gen.ts", "--check"] },
  // All packages as one program: each by itself would read those below it again.
  { name: "Types", command: [bin("tsc")] },
];

const testing: Step = {
  name: "Tests",
  command: [
    bin("turbo"),
    "run",
    "test",
    "--output-logs=errors-only",
    "--log-order=grouped",
    "--continue",
    "--concurrency=2",
  ],
};

const run = (command: Step["command"], env: NodeJS.ProcessEnv): Promise<{ ok: boolean; output: string }> =>
  new Promise((resolve) => {
    const [program, ...parameters] = command;
    const child = spawn(program, parameters, { cwd: root, env });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    child.once("error", (error) => resolve({ ok: false, output: error.message }));
    child.once("close", (code) => resolve({ ok: code === 0, output }));
  });

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** What the packages' test runners wrote, now or, for packages that have not changed, when they last ran. */
const countTests = (): Counts => {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of globSync("{apps,packages}/*/.vitest/results.json", { cwd: root })) {
    const results = JSON.parse(readFileSync(join(root, file), "utf8")) as Record<string, number>;
    counts.passed += results.numPassedTests ?? 0;
    counts.failed += results.numFailedTests ?? 0;
    counts.skipped += (results.numPendingTests ?? 0) + (results.numTodoTests ?? 0);
  }
  return counts;
};

for (const file of globSync("{apps,packages}/*/.vitest", { cwd: root })) rmSync(join(root, file), { recursive: true });
const server = await startTestServer();
const env = {
  ...process.env,
  TEST_DATABASE_URL: server.url,
  TURBO_TELEMETRY_DISABLED: "1",
  DO_NOT_TRACK: "1",
  NO_COLOR: "1",
};
const failed: Step[] = [];
/** Carries out one step after another. */
const work = async (steps: Iterable<Step>): Promise<void> => {
  for (const step of steps) {
    const startedAt = performance.now();
    const { ok, output } = await run(step.command, env);
    console.log(`${ok ? "✓" : "✗"} ${step.name} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
    if (ok) continue;
    console.log(output);
    failed.push(step);
  }
};
try {
  // Two at a time: most of them use one core.
  const open = judging.values();
  await Promise.all([work(open), work(open)]);
  await work([testing]);
} finally {
  await server.stop();
}
const counts = countTests();
// A step that fails without a failed test, such as the formatter or a coverage threshold, counts as one failure.
const failures = counts.failed + failed.length - (failed.includes(testing) && counts.failed > 0 ? 1 : 0);
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
console.log(`\n${counts.passed} passed, ${failures} failed${skipped}`);
if (failures > 0) process.exitCode = 1;
