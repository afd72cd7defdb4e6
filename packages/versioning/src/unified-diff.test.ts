import { applyPatch } from "diff";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { prettyForm, unifiedDiff } from "./index.ts";

const base = {
  id: "a",
  name: "A",
  version: "1.0.0",
  manifest: { entryPrompt: "p.md" },
};

describe("a unified diff", () => {
  it("of two documents names both versions and shows the lines around a change", () => {
    const [before, after] = [
      { name: "1.0.0/document.json", text: prettyForm(base) },
      { name: "1.0.1/document.json", text: prettyForm({ ...base, name: "B", version: "1.0.1" }) },
    ];
    expect(unifiedDiff(before, after)).toBe(`--- 1.0.0/document.json
+++ 1.0.1/document.json
@@ -3,6 +3,6 @@
   "manifest": {
     "entryPrompt": "p.md"
   },
-  "name": "A",
-  "version": "1.0.0"
+  "name": "B",
+  "version": "1.0.1"
 }
`);
  });

  it("applied to the first text gives the second", () => {
    const lines = fc.array(fc.constantFrom("a", "b", "", "c d"), { maxLength: 12 }).map((all) => all.join("\n"));
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const patch = unifiedDiff({ name: "1/f", text: before }, { name: "2/f", text: after });
        expect(patch === "" ? before : applyPatch(before, patch)).toBe(after);
      }),
    );
  });

  it("of texts that have little in common says so, and takes no long time", () => {
    const many = (letter: string) => Array.from({ length: 20_000 }, (_, index) => `${letter}${index}`).join("\n");
    const startedAt = process.cpuUsage();
    const patch = unifiedDiff({ name: "1/f", text: many("a") }, { name: "2/f", text: many("b") });
    expect(patch).toBe("Files 1/f and 2/f differ in too many lines to show\n");
    expect(process.cpuUsage(startedAt).user / 1000).toBeLessThan(2_000);
  });

  it("is made of the canonical order of keys, so that their order never shows", () => {
    expect(prettyForm({ b: 1, a: { d: 2, c: 3 } })).toBe(prettyForm({ a: { c: 3, d: 2 }, b: 1 }));
  });
});
