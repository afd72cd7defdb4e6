import type { FileFinding } from "@nofx/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { annotations } from "./annotations.ts";
import { markdownTable } from "./markdown.ts";

const text = fc.string({ unit: fc.constantFrom("a", "%", ":", ",", "\n", "\r", "|", "`", "<", "\\", "é") });
const findings: fc.Arbitrary<FileFinding[]> = fc.array(
  fc.record({
    file: text,
    path: text,
    field: text,
    code: text,
    message: text,
    severity: fc.constantFrom("error" as const, "warning" as const),
  }),
);

/** What GitHub's runner makes of a property or a message. */
const decoded = (encoded: string): string =>
  encoded
    .replaceAll("%0D", "\r")
    .replaceAll("%0A", "\n")
    .replaceAll("%3A", ":")
    .replaceAll("%2C", ",")
    .replaceAll("%25", "%");

describe("annotations", () => {
  it("is one command a finding, whatever files and messages say, and nothing of it is lost", () => {
    fc.assert(
      fc.property(findings, (each) => {
        const lines = annotations(each)
          .split(/\r|\n/)
          .filter((line) => line !== "");
        expect(lines).toHaveLength(each.length);
        for (const [index, line] of lines.entries()) {
          const [, severity, file = "", message = ""] = /^::(\w+) file=([^,:]*),title=[^,:]*::(.*)$/.exec(line) ?? [];
          expect({ severity, file: decoded(file) }).toEqual({
            severity: each[index]?.severity,
            file: each[index]?.file,
          });
          expect(decoded(message)).toContain(each[index]?.message);
        }
      }),
    );
  });
});

describe("markdownTable", () => {
  it("is one line a row with as many cells as its head, whatever the texts say", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text)), (rows) => {
        const lines = markdownTable(["a", "b"], rows).split("\n");
        expect(lines).toHaveLength(rows.length + 2);
        for (const line of lines) {
          expect(line.replace(/\\./g, "").split("|")).toHaveLength(4);
          expect(line.replaceAll("<br>", "")).not.toMatch(/[<>\r]/);
        }
      }),
    );
  });
});
