import { describe, expect, it } from "vitest";
import { NewBuilderTemplate, PromptInput } from "./builder-template.ts";

const least = { name: "A", instructions: "B", input: [{ type: "input_text", text: "C" }] };

describe("a new prompt", () => {
  it("has defaults for all but name, instructions and input", () => {
    expect(NewBuilderTemplate.parse(least)).toEqual({
      ...least,
      description: "",
      model: "gpt-4.1-mini",
      metadata: {},
      channels: { slack: false, email: false, inApp: true },
      tools: {},
    });
    expect(NewBuilderTemplate.safeParse({}).error?.issues.map(({ path }) => path.join())).toEqual([
      ...["name", "instructions", "input"],
    ]);
  });

  it.each([
    [{ type: "input_image" }, "image_url"],
    [{ type: "input_file" }, "file_id"],
    [{ type: "input_audio", audio: "x" }, "format"],
    [{ type: "input_text" }, "text"],
    [{ type: "video" }, "type"],
  ])("refuses the part %j, which lacks %s", (part, field) => {
    expect(PromptInput.safeParse(part).error?.issues[0]?.path).toEqual([field]);
  });
});
