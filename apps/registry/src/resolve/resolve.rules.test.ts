import { parseRange, precedenceKey } from "@nofx/versioning";
import fc from "fast-check";
import { compare, maxSatisfying } from "semver";
import { describe, expect, it } from "vitest";
import {
  agentObstacle,
  type Candidate,
  chooseVersion,
  pointedAt,
  type ResolvableAgent,
  resolve,
} from "./resolve.rules.ts";

const digest = `sha256:${"a1".repeat(32)}`;
const candidate = (version: string, status: Candidate["status"] = "active"): Candidate => ({ version, status, digest });
const falling = (candidates: readonly Candidate[]): Candidate[] =>
  candidates.toSorted((a, b) => (precedenceKey(a.version) > precedenceKey(b.version) ? -1 : 1));
const rangeOf = (text: string) => {
  const range = parseRange(text);
  if (!range) throw new Error(text);
  return range;
};
const agent: ResolvableAgent = {
  tenant: "acme",
  agentId: "a",
  status: "active",
  visibility: "public",
  currentVersion: "1.0.0",
};

const number = fc.nat({ max: 3 });
const version = fc
  .tuple(number, number, number, fc.constantFrom("", "", "", "-alpha", "-beta.2", "-beta.11"))
  .map(([major, minor, patch, tail]) => `${major}.${minor}.${patch}${tail}`);
const status = fc.constantFrom<Candidate["status"]>("draft", "active", "active", "deprecated", "archived");
const candidates = fc
  .uniqueArray(fc.tuple(version, status), { selector: ([name]) => name, maxLength: 40 })
  .map((list) => falling(list.map(([name, state]) => candidate(name, state))));
const range = fc.tuple(fc.constantFrom("^", "~", ">=", "<", "", ">=0.0.0 <"), version).map((parts) => parts.join(""));

describe("choosing a version", () => {
  it("gives what npm gives from the active ones, else from the deprecated ones, never a draft or an archived one", () => {
    fc.assert(
      fc.property(range, candidates, (text, list) => {
        const best = (wanted: Candidate["status"]) =>
          maxSatisfying(
            list.filter((item) => item.status === wanted).map((item) => item.version),
            text,
          );
        const expected = best("active") ?? best("deprecated");
        const chosen = chooseVersion(rangeOf(text), list);
        expect(chosen?.version ?? null).toBe(expected);
        if (chosen && expected !== null) expect(compare(chosen.version, expected)).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });

  it("an unsatisfied range tells what there is, and why what is in the range will not do", () => {
    const list = falling([
      candidate("2.0.0-beta.1"),
      candidate("2.0.0", "archived"),
      candidate("2.1.0", "draft"),
      candidate("1.9.0"),
      candidate("1.10.0", "deprecated"),
    ]);
    expect(resolve(agent, { range: "^2.0.0-0" }, rangeOf(">=2.0.0 <3"), list)).toEqual({
      ok: false,
      code: "range_unsatisfied",
      detail:
        "No version of acme/a satisfies >=2.0.0 <3. There are 2.0.0-beta.1, 1.10.0, 1.9.0. Passed over: 2.1.0 (draft), 2.0.0 (archived).",
      members: {
        available: ["2.0.0-beta.1", "1.10.0", "1.9.0"],
        skipped: [
          { version: "2.1.0", reason: "draft" },
          { version: "2.0.0", reason: "archived" },
        ],
      },
    });
    expect(resolve(agent, { range: "*" }, rangeOf("*"), [candidate("1.0.0-beta")])).toMatchObject({
      members: { available: ["1.0.0-beta"], skipped: [{ version: "1.0.0-beta", reason: "prerelease" }] },
    });
    expect(resolve(agent, { range: "*" }, rangeOf("*"), [])).toMatchObject({ code: "range_unsatisfied" });
  });

  it("names at most ten versions", () => {
    const list = falling(Array.from({ length: 30 }, (_, index) => candidate(`1.${index}.0`)));
    const outcome = resolve(agent, { range: "^9" }, rangeOf("^9"), list);
    expect(outcome).toMatchObject({ members: { available: { length: 10, 0: "1.29.0" }, skipped: [] } });
  });
});

describe("what is not a range", () => {
  const none = () => undefined;

  it("is a version, a channel, or the current version", () => {
    expect(pointedAt(agent, { version: "3.0.0" }, none)).toBe("3.0.0");
    expect(pointedAt(agent, {}, none)).toBe("1.0.0");
    expect(pointedAt(agent, { channel: "latest" }, none)).toBe("1.0.0");
    expect(pointedAt(agent, { channel: "beta" }, (name) => (name === "beta" ? "2.0.0" : undefined))).toBe("2.0.0");
    expect(pointedAt(agent, { channel: "beta" }, none)).toMatchObject({ code: "channel_not_found" });
  });

  it.each(["draft", "active", "deprecated", "archived"] as const)(
    "an exact version resolves when it is %s, and says so",
    (state) => {
      const outcome = resolve(agent, { version: "1.0.0" }, undefined, [candidate("1.0.0", state)]);
      expect(outcome).toMatchObject({
        ok: true,
        resolution: { version: "1.0.0", status: state, requested: { version: "1.0.0" } },
      });
    },
  );

  it("a version that is not there is not found", () => {
    expect(resolve(agent, { version: "1.0.0" }, undefined, [])).toMatchObject({ code: "version_not_found" });
  });
});

describe("an agent", () => {
  it("that is disabled is not found, and its own tenant learns why", () => {
    const disabled = { ...agent, status: "disabled", statusReason: "leaks" } as const;
    expect(agentObstacle(agent, "acme")).toBeUndefined();
    expect(agentObstacle({ ...agent, status: "deprecated" }, "x")).toBeUndefined();
    expect(agentObstacle(disabled, "acme")).toMatchObject({
      code: "agent_not_found",
      detail: "acme/a is disabled: leaks",
    });
    expect(agentObstacle(disabled, "globex")).toEqual(agentObstacle(undefined, "globex"));
  });
});
