import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { severityRules } from "../src/severity.rules.ts";

const text = readFileSync(join(import.meta.dirname, "../../../docs/semver.md"), "utf8");

it("docs/semver.md has the rules for parts of a template as they are", () => {
  const rows = (text.split("\n## Parts of a template\n")[1]?.split("\n## ")[0] ?? "")
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2)
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const words = (judgement: (typeof severityRules)[number]["added"]) =>
    "depends" in judgement ? judgement.depends : judgement[0];
  const expected = severityRules.map(({ part, at, added, removed, changed }) => [
    part,
    `\`${at.replaceAll("/", ".")}\``,
    words(added),
    words(removed),
    words(changed),
  ]);
  expect(rows).toEqual(expected);
});
