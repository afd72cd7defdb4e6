import { describe, expect, it } from "vitest";
import { allowed, readValue, tellProblems } from "./variables.rules.ts";

describe("a typed value", () => {
  it.each([
    ["string", "7", 7, "7"],
    ["number", "-1.5e3", -1500, -1500],
    ["number", "0x10", "0x10", "0x10"],
    ["integer", "", "", ""],
    ["boolean", "true", true, true],
    ["boolean", "false", false, false],
    ["boolean", "yes", "yes", "yes"],
    ["array", '["a"]', ["a"], ["a"]],
    ["object", '{"a":1}', { a: 1 }, { a: 1 }],
    ["json", "null", null, null],
    ["secret", "secret://a/b", "secret://a/b", "secret://a/b"],
  ] as const)("of type %s reads %j", (type, text, _meant, value) => {
    expect(readValue({ type }, text)).toEqual({ value });
  });

  it("of an enum is the member that it names; of nothing declared, a text", () => {
    const variable = { type: "enum" as const, enum: ["a", 2, true] };
    expect(["a", "2", "true", "b"].map((text) => readValue(variable, text))).toEqual(
      ["a", 2, true, "b"].map((value) => ({ value })),
    );
    expect(readValue(undefined, "x")).toEqual({ value: "x" });
  });

  it.each(["{hunter2", "", "[hunter2]"])("that is no JSON, such as %j, is not told", (text) => {
    expect(readValue({ type: "json" }, text)).toEqual({ fault: "is not JSON" });
  });
});

it("what is allowed is told in a few words, of a secret never its default", () => {
  expect(allowed({ type: "integer", minimum: 1, maximum: 9, default: 3 })).toBe("integer, from 1, to 9, default 3");
  expect(allowed({ enum: ["a", 1], type: "enum", required: true })).toBe('one of "a", 1, required');
  expect(allowed({ format: "date", pattern: "^2" })).toBe("string, as a date, that fits ^2");
  expect(allowed({ type: "secret", default: "hunter2" })).toBe("secret, a reference such as secret://mail/password");
});

it("problems are told with what their variable takes, wherever in it they are", () => {
  const told = tellProblems(
    [
      { path: "$.variables.list[0]", code: "x", message: "Wrong" },
      { path: "$.variables['a b']", code: "x", message: "Wrong" },
      { path: "$.goal", code: "x", message: "Wrong" },
    ],
    { list: { type: "array" }, "a b": { type: "boolean" } },
  );
  expect(told).toBe("  $.variables.list[0]: Wrong (array)\n  $.variables['a b']: Wrong (boolean)\n  $.goal: Wrong");
});
