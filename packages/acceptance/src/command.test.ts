import { describe, expect, it } from "vitest";
import { readCommand } from "./command.ts";

const origin = "http://127.0.0.1:8080";
const files: Readonly<Record<string, string>> = { "operator.txt": "from-a-file\n" };
const readText = (path: string): string => {
  const text = files[path];
  if (text === undefined) throw new Error(`no file ${path}`);
  return text;
};
const read = (line: string, env: Record<string, string> = {}) =>
  readCommand(line.split(" ").filter(Boolean), env, readText);

describe("the command", () => {
  it("without anything starts a control plane of its own", () => {
    expect(read("")).toEqual({ kind: "local" });
  });

  it.each([
    [`--origin ${origin}`, { NOFX_OPERATOR_TOKEN: "x" }, { origin, operatorToken: "x", isEdge: false }],
    [`--origin ${origin} --edge --token-file operator.txt`, {}, { origin, operatorToken: "from-a-file", isEdge: true }],
    [
      "",
      { NOFX_ORIGIN: origin, NOFX_OPERATOR_TOKEN: "x", NOFX_EDGE: "1" },
      { origin, operatorToken: "x", isEdge: true },
    ],
  ])("%j with %j tests what is there", (line, env, target) => {
    expect(read(line, env)).toEqual({ kind: "origin", target });
  });

  it("tests containers, one of each service or more", () => {
    expect(read("--compose")).toEqual({ kind: "compose", isScaled: false });
    expect(read("--compose --scale", { NOFX_ORIGIN: origin })).toEqual({ kind: "compose", isScaled: true });
  });

  it.each([
    ["--origin", "argument missing"],
    ["--nonsense", "Unknown option '--nonsense'"],
    ["there", "Unexpected argument 'there'"],
    ["--scale", "--scale goes with --compose"],
    [`--compose --origin ${origin}`, "leave the others out"],
    ["--compose --edge", "leave the others out"],
    ["--edge", "Say which: --origin URL"],
    ["--token-file operator.txt", "Say which: --origin URL"],
    [`--origin ${origin}`, "Set NOFX_OPERATOR_TOKEN"],
    [`--origin ${origin} --token-file nowhere`, "no file nowhere"],
  ])("%j is refused: %s", (line, message) => {
    expect(() => read(line)).toThrow(message);
  });
});
