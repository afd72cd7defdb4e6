import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyChain, plainChain } from "../test/chain.ts";
import { fromLine, hashOf, parseExactly, type SealedEntry, toLine } from "./index.ts";

const lineOf = (sealed: SealedEntry): string => toLine(sealed, JSON.stringify(sealed.entry?.details));

describe("a line of an export", () => {
  it("brings back exactly what was sealed", () => {
    fc.assert(
      fc.property(anyChain({ minLength: 1, maxLength: 3 }), (chain) => {
        for (const sealed of chain) {
          const line = lineOf(sealed);
          expect(line.indexOf("\n")).toBe(line.length - 1);
          const read = fromLine(line);
          expect({ ...read, hash: hashOf(read) }).toEqual(JSON.parse(JSON.stringify(sealed)));
        }
      }),
    );
  });

  it("tells of an entry that is gone", () => {
    const gone = { ...(plainChain(1)[0] as SealedEntry), entry: null };
    expect(fromLine(lineOf(gone))).toEqual(gone);
  });

  it.each([
    "",
    "{",
    "null",
    "1",
    "{}",
    '{"tenant":"a","position":"1"}',
    lineOf(plainChain(1)[0] as SealedEntry).slice(3),
  ])("is not %j", (line) => {
    expect(() => fromLine(line)).toThrow(SyntaxError);
  });

  it.each(["tenant", "position", "auditId", "previousHash", "hash", "entry"])("is not one without %s", (key) => {
    const { [key]: _gone, ...rest } = plainChain(1)[0] as unknown as Record<string, unknown>;
    expect(() => fromLine(JSON.stringify(rest))).toThrow("not a sealed audit entry");
  });
});

describe("reading JSON exactly", () => {
  it("gives what JSON.parse gives for everything that JavaScript writes", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "grapheme" }), (value) => {
        const text = JSON.stringify(value);
        expect(parseExactly(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each([
    ["1.0", 1],
    ["-0", -0],
    ["0.000", 0],
    ["100", 100],
    ["1e3", 1000],
    ["1000000000000000000000", 1e21],
    ["0.0000001", 1e-7],
    ["-1.50E+2", -150],
  ])("takes %s as the number that it is", (text, value) => {
    expect(parseExactly(text)).toBe(value);
  });

  it.each([["12345678901234567890"], ["1.00000000000000000001"], ["9007199254740993"], ["1e400"]])(
    "does not round %s, and takes it for no text",
    (text) => {
      expect(parseExactly(`{"n":[${text}]}`)).toEqual({ n: [`\u0000${text}`] });
      expect(parseExactly(`["${text}"]`)).toEqual([text]);
    },
  );
});
