import { defineConfig } from "vitest/config";

interface TestOptions {
  /** Modules that run before each test file. */
  readonly setupFiles?: readonly string[];
  /** Modules that run once, around all test files. */
  readonly globalSetup?: readonly string[];
  /** Source files that count for no coverage. */
  readonly uncovered?: readonly string[];
}

/** How every package tests: files beside the source and under test/, results as JSON, at least 95 % of lines covered. */
export const testConfig = ({ setupFiles = [], globalSetup = [], uncovered = [] }: TestOptions = {}) =>
  defineConfig({
    test: {
      include: ["src/**/*.test.ts", "test/**/*.test.ts"],
      setupFiles: [...setupFiles],
      globalSetup: [...globalSetup],
      pool: "forks",
      maxWorkers: 2,
      // A package's modules keep nothing from one test to the next, so one process may load them once for many files.
      isolate: false,
      restoreMocks: true,
      unstubEnvs: true,
      testTimeout: 60_000,
      hookTimeout: 60_000,
      reporters: ["default", ["json", { outputFile: ".vitest/results.json" }]],
      coverage: {
        enabled: true,
        provider: "istanbul",
        include: ["src/**/*.ts"],
        exclude: ["src/**/*.test.ts", "src/**/*.gen.ts", "src/**/index.ts", ...uncovered],
        reporter: [["text", { skipFull: true }], "json-summary"],
        thresholds: { lines: 95 },
      },
    },
  });

/** What takes minutes and is asked for by name: `test/bench/*.bench.ts`, `test/faults/*.faults.ts`, and so on. Counts no coverage. */
export const slowConfig = (
  kind: "bench" | "faults" | "operations",
  { setupFiles = [], globalSetup = [] }: Omit<TestOptions, "uncovered"> = {},
) =>
  defineConfig({
    test: {
      include: [`test/${kind}/*.${kind}.ts`],
      setupFiles: [...setupFiles],
      globalSetup: [...globalSetup],
      pool: "forks",
      ...(kind === "bench" && { testTimeout: 300_000 }),
      ...(kind === "operations" && { testTimeout: 900_000, hookTimeout: 900_000 }),
    },
  });
