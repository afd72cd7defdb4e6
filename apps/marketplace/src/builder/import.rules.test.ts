import { StoredTemplate } from "@nofx/contract-marketplace";
import { describe, expect, it } from "vitest";
import { importedPast, importedPrompt } from "./import.rules.ts";

const at = (minute: number) => `2026-01-01T00:${String(minute).padStart(2, "0")}:00.000Z`;
const state = (version: number, instructions: string, minute: number) => ({
  version,
  description: "",
  instructions,
  updatedAt: at(minute),
});
const stored = (given: object = {}) =>
  StoredTemplate.parse({
    id: "tmpl_old",
    name: "Old",
    instructions: "now",
    input: [{ type: "input_text", text: "x" }],
    createdAt: at(0),
    updatedAt: at(9),
    ...given,
  });

describe("an imported prompt", () => {
  it("keeps what nobody here knows of, and its own safety identifier", () => {
    const prompt = importedPrompt(stored({ safetyIdentifier: "focus-mine", folder: "a", version: "7.0.0" }));
    expect(prompt).toMatchObject({ name: "Old", safetyIdentifier: "focus-mine", extra: { folder: "a" } });
    expect(prompt).not.toHaveProperty("id");
    expect(importedPrompt(stored())).not.toHaveProperty("extra");
  });
});

describe("an imported past", () => {
  it("ends with what the prompt is now, once", () => {
    expect(importedPast(stored())).toEqual([{ number: 1, description: "", instructions: "now", updatedAt: at(9) }]);
    const known = stored({ history: [state(3, "before", 1), state(4, "now", 9)] });
    expect(importedPast(known).map(({ number, instructions }) => [number, instructions])).toEqual([
      [3, "before"],
      [4, "now"],
    ]);
    const unknown = stored({ history: [state(3, "before", 1)] });
    expect(importedPast(unknown).map(({ number }) => number)).toEqual([3, 4]);
  });

  it("counts on where numbers repeat, and is in order of time", () => {
    const history = [state(20, "c", 3), state(20, "b", 2), state(19, "a", 1), state(20, "now", 4)];
    expect(importedPast(stored({ history })).map(({ number, instructions }) => [number, instructions])).toEqual([
      [19, "a"],
      [20, "b"],
      [21, "c"],
      [22, "now"],
    ]);
  });
});
