import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { jsonPath, Problem, problemItems, problemMediaType, problemType } from "./index.ts";

/** Reads a JSONPath back into keys. */
const keysOf = (path: string): (string | number)[] => {
  const steps = path.slice(1).match(/\.[A-Za-z_]\w*|\[\d+\]|\["(?:[^"\\]|\\.)*"\]/g) ?? [];
  return steps.map((step) => (step.startsWith(".") ? step.slice(1) : JSON.parse(step.slice(1, -1))));
};

describe("jsonPath", () => {
  it.each([
    [[], "$"],
    [["files", 0, "path"], "$.files[0].path"],
    [["metadata", "release notes"], '$.metadata["release notes"]'],
    [["a.b", "0", "it's", 'say "hi"'], '$["a.b"]["0"]["it\'s"]["say \\"hi\\""]'],
    [["", "_x", "ä"], '$[""]._x["ä"]'],
  ])("writes %j as %s", (keys, path) => {
    expect(jsonPath(keys)).toBe(path);
  });

  it("loses nothing: different places have different paths", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(), fc.string({ unit: "binary" }))), (keys) => {
        expect(keysOf(jsonPath(keys))).toEqual(keys);
      }),
    );
  });
});

describe("problemItems", () => {
  const schema = z.object({ name: z.string(), files: z.array(z.object({ size: z.int() })) });
  const failed = (value: unknown) => {
    const { error } = schema.safeParse(value);
    if (!error) throw new Error("parsed");
    return error;
  };

  it("lists every problem at once, each with its place, message and code", () => {
    expect(problemItems(failed({ files: [{ size: 1 }, { size: 0.5 }] }))).toEqual([
      { path: "$.name", message: expect.stringContaining("string"), code: "invalid_type" },
      { path: "$.files[1].size", message: expect.stringContaining("int"), code: "invalid_type" },
    ]);
  });

  it("puts the given root in front", () => {
    expect(problemItems(failed({ files: [] }), ["query"])[0]?.path).toBe("$.query.name");
  });
});

describe("a problem", () => {
  const problem = { type: problemType("x_y"), title: "T", status: 404, code: "x_y", correlationId: "c" };

  it("has the type and media type of RFC 9457", () => {
    expect(problem.type).toBe("urn:nofx:error:x_y");
    expect(problemMediaType).toBe("application/problem+json");
  });

  it("may carry further members", () => {
    expect(Problem.parse({ ...problem, difference: [1] })).toHaveProperty("difference", [1]);
  });

  it.each([{ status: 200 }, { status: 600 }, { code: undefined }, { correlationId: undefined }, { errors: [{}] }])(
    "is none with %j",
    (change) => {
      expect(Problem.safeParse({ ...problem, ...change }).success).toBe(false);
    },
  );
});
