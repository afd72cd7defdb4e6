import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { readVariables } from "./env-files.ts";

const fileOf = (content: string): string => {
  const directory = mkdtempSync(join(tmpdir(), "nofx-env-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, "value");
  writeFileSync(path, content);
  return path;
};

const read = (source: Record<string, string>) => readVariables(["A", "LOG_FILE"], source);

describe("variables", () => {
  it.each([
    ["x\n", "x"],
    ["x\r\n", "x"],
    ["x\n\n", "x\n"],
    ["two\nlines", "two\nlines"],
    [" spaces ", " spaces "],
  ])("come from a file without one trailing line break: %j", (content, value) => {
    expect(read({ A_FILE: fileOf(content) })).toEqual({ values: { A: value }, problems: [] });
  });

  it("are looked for in the environment, and nothing else is", () => {
    expect(read({ A: "x", B: "y", B_FILE: "/nowhere" })).toEqual({ values: { A: "x" }, problems: [] });
  });

  it("whose own name ends in _FILE are no paths of others", () => {
    expect(read({ LOG_FILE: "/nowhere/log" })).toEqual({ values: { LOG_FILE: "/nowhere/log" }, problems: [] });
    expect(read({ LOG_FILE_FILE: fileOf("log\n") }).values).toEqual({ LOG_FILE: "log" });
  });

  it("that are empty are not given", () => {
    expect(read({ A: "", A_FILE: "" })).toEqual({ values: {}, problems: [] });
    expect(read({ A: "", A_FILE: fileOf("x") }).values).toEqual({ A: "x" });
  });

  it("may not be given twice, even if both say the same", () => {
    const { values, problems } = read({ A: "x", A_FILE: fileOf("x") });
    expect([values, problems]).toEqual([{}, [{ variable: "A", message: "A: is given twice, also as A_FILE" }]]);
  });

  it.each([
    ["is not there", () => "/nowhere/secret"],
    ["is not there", () => join(fileOf("x"), "below")],
    ["is a directory, not a file", () => tmpdir()],
    ["is empty", () => fileOf("\n")],
  ])("tell of a file that %s", (reason, make) => {
    const path = make();
    expect(read({ A_FILE: path }).problems).toEqual([{ variable: "A", message: `A_FILE: "${path}" ${reason}` }]);
  });

  it.skipIf(process.getuid?.() === 0)("tell of a file that this process may not read", () => {
    const path = fileOf("x");
    chmodSync(path, 0o000);
    expect(read({ A_FILE: path }).problems[0]?.message).toBe(`A_FILE: "${path}" may not be read by this process`);
  });

  it("tell the system's words where there are no better ones", () => {
    expect(read({ A_FILE: "\0" }).problems[0]?.message).toMatch(/^A_FILE: ".*" cannot be read: ./);
  });
});
