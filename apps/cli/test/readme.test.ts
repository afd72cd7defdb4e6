import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { nofx } from "./cli.ts";

const root = join(import.meta.dirname, "../../..");

it("the README's example runs as printed", async () => {
  const readme = await readFile(join(import.meta.dirname, "../README.md"), "utf8");
  const lines = [...readme.matchAll(/^nofx (.*)$/gm)].map(([, words = ""]) => words.split(" "));
  expect(lines.length).toBeGreaterThanOrEqual(10);
  for (const argv of lines) {
    const { exitCode, stderr } = await nofx(argv, { cwd: root });
    // This control plane has nothing of what ships with the repository.
    const isAbsent = argv[0] === "status" && argv.length > 1;
    expect({ argv, exitCode, isSilent: stderr === "" }).toEqual({
      argv,
      exitCode: isAbsent ? 1 : 0,
      isSilent: !isAbsent,
    });
  }
});
