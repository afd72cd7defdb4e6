import { channelsMax, SettableChannelName } from "@nofx/contract-registry";
import fc from "fast-check";
import { validRange } from "semver";
import { describe, expect, it } from "vitest";
import { judgeChannel } from "./channel.rules.ts";

const channel = (name: string, version: string) => ({
  channel: name,
  version,
  updatedAt: "2026-11-22T09:30:00.000Z",
});
const is = (name: string): boolean => SettableChannelName.safeParse(name).success;

describe("the name of a channel", () => {
  it.each(["beta", "a", "stable-2", "x-ray", "v1-beta", "v", "latest-1", "a".repeat(32), "next-"])(
    "may be %j",
    (name) => {
      expect(is(name)).toBe(true);
    },
  );

  it.each(["latest", "", "Beta", "1", "-a", "a.b", "a".repeat(33), "x", "v1", "vx", "vv12", "bêta", "a\n"])(
    "may not be %j",
    (name) => {
      expect(is(name)).toBe(false);
    },
  );

  it("never reads as a version range", () => {
    const letters = fc.string({
      unit: fc.constantFrom("v", "x", "1", "0", "-", "a", "b"),
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(letters, (name) => {
        if (is(name)) expect(validRange(name)).toBeNull();
      }),
      { numRuns: 5000 },
    );
  });
});

describe("a channel", () => {
  it.each(["active", "deprecated"] as const)("may point at a version that is %s", (status) => {
    expect(judgeChannel([], "beta", { version: "1.0.0", status })).toEqual({ outcome: "set" });
  });

  it.each(["draft", "archived"] as const)("may not point at one that is %s", (status) => {
    const verdict = judgeChannel([], "beta", { version: "1.0.0", status });
    expect(verdict).toMatchObject({ outcome: "refused", code: "channel_target_refused" });
  });

  it("stays when it is set to where it points", () => {
    const beta = channel("beta", "1.0.0");
    const verdict = judgeChannel([beta], "beta", { version: "1.0.0", status: "active" });
    expect(verdict).toEqual({ outcome: "unchanged", channel: beta });
  });

  it("is not one more than an agent may have, but may move", () => {
    const full = Array.from({ length: channelsMax }, (_, index) => channel(`c-${index}`, "1.0.0"));
    const target = { version: "2.0.0", status: "active" } as const;
    expect(judgeChannel(full, "beta", target)).toMatchObject({ outcome: "refused", code: "channel_limit_reached" });
    expect(judgeChannel(full, "c-0", target)).toEqual({ outcome: "set" });
    expect(judgeChannel(full.slice(1), "beta", target)).toEqual({ outcome: "set" });
  });
});
