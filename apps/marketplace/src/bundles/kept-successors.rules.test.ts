import { describe, expect, it } from "vitest";
import { keptSuccessors } from "./kept-successors.rules.ts";

const deprecated = (version: string, successor: string) => ({ version, status: "deprecated" as const, successor });
const active = (version: string) => ({ version, status: "active" as const });

describe("successors of imported versions", () => {
  it("are kept where they are there by then, from the bundle or before it", () => {
    const created = [deprecated("1.0.0", "2.0.0"), deprecated("1.1.0", "3.0.0"), active("2.0.0")];
    const { kept, obstacles } = keptSuccessors(created, [active("3.0.0")]);
    expect([...kept]).toEqual([
      ["1.0.0", "2.0.0"],
      ["1.1.0", "3.0.0"],
    ]);
    expect(obstacles.size).toBe(0);
  });

  it("are left out where they are not there, cannot be used, or lead back", () => {
    const created = [
      deprecated("1.0.0", "9.0.0"),
      deprecated("1.1.0", "2.0.0-rc"),
      { version: "2.0.0-rc", status: "draft" as const },
      deprecated("3.0.0", "4.0.0"),
      deprecated("5.0.0", "5.0.0"),
    ];
    const { kept, obstacles } = keptSuccessors(created, [deprecated("4.0.0", "3.0.0")]);
    expect(kept.size).toBe(0);
    expect([...obstacles]).toEqual([
      ["1.0.0", "There is no version 9.0.0."],
      ["1.1.0", "2.0.0-rc is a draft."],
      ["3.0.0", "4.0.0 leads back to 3.0.0."],
      ["5.0.0", "5.0.0 cannot succeed itself."],
    ]);
  });
});
