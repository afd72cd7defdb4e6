import { readFileSync } from "node:fs";
import { join } from "node:path";
import { effectSeverities } from "@nofx/versioning";
import { expect, it } from "vitest";
import { severityRules } from "../src/severity.rules.ts";

const text = readFileSync(join(import.meta.dirname, "../../../docs/semver.md"), "utf8");
const rowsAfter = (heading: string): string[][] =>
  (text.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "")
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2)
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

it("docs/semver.md has the rules for parts of a manifest as they are", () => {
  const words = (judgement: (typeof severityRules)[number]["added"]) =>
    "depends" in judgement ? judgement.depends : judgement[0];
  const expected = severityRules.map(({ part, at, added, removed, changed }) => [
    part,
    `\`${at.replaceAll("/", ".")}\``,
    words(added),
    words(removed),
    words(changed),
  ]);
  expect(rowsAfter("Parts of a manifest")).toEqual(expected);
});

it("docs/semver.md has the rules for inputs and outputs as they are", () => {
  const columns = ["narrower", "wider", "either", "default", "none"] as const;
  expect(rowsAfter("Inputs and outputs").map(([, , input, output]) => [input, output])).toEqual(
    columns.map((effect) => [effectSeverities.input[effect], effectSeverities.output[effect]]),
  );
});
