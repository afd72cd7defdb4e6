import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { expect, it } from "vitest";
import { addProgram, exampleOf, type PublishedPackage, runProgram } from "../src/index.ts";

const exampleIn = async ({ directory }: PublishedPackage) =>
  exampleOf(await readFile(join(directory, "README.md"), "utf8"));

/** What a package's example is called in a project. */
const nameOf = ({ directory }: PublishedPackage): string => basename(directory);

/** Puts the example of each package's README into a project. */
export const addExamples = async (project: string, packages: readonly PublishedPackage[]): Promise<void> => {
  for (const one of packages) await addProgram(project, nameOf(one), (await exampleIn(one)).program);
};

/** Declares a test of each package: its example, compiled already, prints what the README says. */
export const testExamples = (
  packages: readonly PublishedPackage[],
  at: () => { readonly project: string; readonly env: Readonly<Record<string, string>> },
): void => {
  it.each(packages.map((one) => [one.name, one] as const))(
    "%s: its example is short and does what it says",
    async (_name, one) => {
      const { program, prints } = await exampleIn(one);
      // Ten lines of code; imports and what closes a bracket say nothing.
      const lines = program.split("\n").filter((line) => /\w/.test(line) && !line.startsWith("import "));
      expect(lines.length).toBeLessThanOrEqual(10);
      const { project, env } = at();
      expect(await runProgram(project, nameOf(one), env)).toBe(prints);
    },
  );
};
