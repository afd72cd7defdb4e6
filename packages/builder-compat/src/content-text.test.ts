import { describe, expect, it } from "vitest";
import { textOf } from "./content-text.ts";

describe("textOf", () => {
  it.each([
    ["a text", "Hello", "Hello"],
    ["parts", [{ type: "input_text", text: "Hello" }, { text: "Ada" }], "input_text\nHello\nAda"],
    ["messages", [{ content: "Hello" }, { content: [{ text: "Ada" }] }], "Hello\nAda"],
    ["what is no text", [null, 5, true, undefined], "\n\n\n"],
  ])("finds the texts in %s, in order", (_, content, text) => {
    expect(textOf(content)).toBe(text);
  });
});
