import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { modelFamily } from "./index.ts";

describe("the family of a model", () => {
  it.each([
    ["claude-sonnet-4", "claude-sonnet"],
    ["claude-sonnet-4-5-20250929", "claude-sonnet"],
    ["claude-3-5-sonnet-latest", "claude-sonnet"],
    ["anthropic/claude-sonnet-4.5", "claude-sonnet"],
    ["us.anthropic.claude-sonnet-4-20250514-v1:0", "claude-sonnet"],
    ["claude-opus-4-1", "claude-opus"],
    ["gpt-5", "gpt"],
    ["gpt-4o", "gpt"],
    ["gpt-4.1-mini", "gpt-mini"],
    ["GPT-5-2025-08-07", "gpt"],
    ["o3-mini", "o-mini"],
    ["gemini-2.5-pro-preview-05-06", "gemini-pro"],
    ["models/gemini-2.5-flash", "gemini-flash"],
    ["llama3.1-70b-instruct", "llama-70b-instruct"],
    ["llama-3.3-70b-instruct", "llama-70b-instruct"],
    ["llama-3.3-8b-instruct", "llama-8b-instruct"],
    ["mistral-large-2411", "mistral-large"],
    ["deepseek-v3", "deepseek"],
    ["deepseek-r1", "deepseek-r"],
    ["4", "4"],
  ])("%s is %s", (model, family) => {
    expect(modelFamily(model)).toBe(family);
  });

  it("is never empty, whatever a model is called", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 200 }).filter((text) => !text.endsWith("/")),
        (model) => {
          expect(modelFamily(model)).not.toBe("");
        },
      ),
    );
  });
});
