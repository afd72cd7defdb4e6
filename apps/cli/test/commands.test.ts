import { access, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { globalOptions } from "../src/global-options.ts";
import { program } from "../src/program.ts";
import { nofx } from "./cli.ts";

const commands = program.flatMap((group) => group.commands);

const tests = (
  await Promise.all(
    (
      await readdir(import.meta.dirname)
    )
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => readFile(join(import.meta.dirname, name), "utf8")),
  )
).join("\n");
const longFlag = (flags: string): string => /--[a-z-]+/.exec(flags)?.[0] ?? flags;
const camelCase = (flag: string): string =>
  flag.slice(2).replace(/-([a-z])/g, (_match, letter) => letter.toUpperCase());

it("no two commands are called alike", () => {
  const names = commands.map(({ path }) => path.join(" "));
  expect(new Set(names).size).toBe(names.length);
});

describe.each(commands.map((command) => [command.path.join(" "), command] as const))("nofx %s", (name, command) => {
  const { path, options } = command;

  it("has a help of its own that names every argument, option and example, and every global option", async () => {
    const { exitCode, stdout } = await nofx([...path, "--help"]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`Usage: nofx ${name} `);
    for (const { flags } of [...options, ...globalOptions]) expect(stdout).toContain(flags);
    for (const word of command.arguments) expect(stdout).toContain(word.name.replace(/[<>[\].]/g, ""));
    for (const example of command.examples) expect(stdout).toContain(`  ${example}`);
  });

  it("has an example, which calls it", () => {
    expect(command.examples.length).toBeGreaterThan(0);
    for (const example of command.examples) expect(example).toContain(`nofx ${name}`);
  });

  it("takes exactly what it declares", async () => {
    const { input } = await command.load();
    const declared = [
      ...command.arguments.map((word) => word.name.replace(/[<>[\].]/g, "")),
      ...options.map(({ flags }) => camelCase(longFlag(flags))),
    ];
    expect(input).toBeInstanceOf(z.ZodObject);
    expect(Object.keys((input as z.ZodObject).shape).sort()).toEqual(declared.sort());
  });

  it("declares no option that all commands have", () => {
    const own = options.map(({ flags }) => longFlag(flags));
    expect(own.filter((flag) => globalOptions.some(({ flags }) => longFlag(flags) === flag))).toEqual([]);
  });

  it("has a test that holds what --json prints to its schema", () => {
    expect(tests).toMatch(new RegExp(`nofxJson(<[^(]*>)?\\(\\s*"${path.join("-")}"`));
  });

  it("has a schema and a test file", async () => {
    await access(join(import.meta.dirname, `../schemas/${path.join("-")}.json`));
    await access(join(import.meta.dirname, `${path.join("-")}.test.ts`));
  });
});
