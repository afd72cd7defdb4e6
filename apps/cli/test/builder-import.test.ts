import { expect, it } from "vitest";
import { directoryWith, nofx, nofxJson, person } from "./cli.ts";

const time = "2026-01-02T03:04:05.000Z";
const prompt = (id: string, instructions = "Coach.") => ({
  id,
  name: id,
  instructions,
  input: [{ id: "in_1", type: "input_text", text: "{{ question }}" }],
  createdAt: time,
  updatedAt: time,
});

it("0 and 1: imports prompts, tells what became of each, and overwrites nothing", async () => {
  const { token } = await person("admin");
  const files = {
    "list.json": JSON.stringify([prompt("coach")]),
    "store.json": JSON.stringify({ templates: [prompt("coach", "Other."), { id: 7 }] }),
  };
  const cwd = await directoryWith(files);
  const run = (...argv: string[]) => nofx(["builder", "import", ...argv], { token, cwd });
  const dry = await run("list.json", "--dry-run");
  expect(dry).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/1 imported, .* Nothing was written\.\n$/) });
  expect(await run("list.json")).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^✓ coach imported\n1 /) });
  expect((await run("list.json")).stdout).toBe("0 imported, 1 unchanged, 0 in conflict, 0 not valid\n");
  const { exitCode, stdout } = await run("store.json");
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^✗ coach conflict$/m);
  expect(stdout).toMatch(/ invalid\n {2}\$\./m);
  const again = await nofxJson("builder-import", ["builder", "import", "store.json"], { token, cwd });
  expect(again).toMatchObject({ exitCode: 1, document: { summary: { conflict: 1, invalid: 1 } } });
});

it("1: a file that holds something else", async () => {
  const cwd = await directoryWith({ "x.json": "{}", "b.json": '{"bundle":{},"entries":{}}', "raw.bin": "\u0000" });
  const told = async (file: string) => (await nofx(["builder", "import", file], { cwd })).stderr;
  expect(await told("x.json")).toMatch(/^error: x\.json does not hold .*\n {2}→ Give a list/);
  expect(await told("b.json")).toMatch(/\n {2}→ Run: nofx import b\.json\n$/);
  expect(await told("raw.bin")).toMatch(/^raw\.bin:1:1: error: /);
});
