import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  agentSuccessorObstacle,
  archiveObstacle,
  judgeAgentStatus,
  judgeVersionStatus,
  versionSuccessorObstacle,
} from "./lifecycle.rules.ts";

const at = new Date("2026-11-22T09:30:00.000Z");
const earlier = "2026-01-01T00:00:00.000Z";
const agentStatuses = ["active", "deprecated", "disabled"] as const;
const versionStatuses = ["draft", "active", "deprecated", "archived"] as const;
const settable = ["active", "deprecated", "archived"] as const;

describe("the status of an agent", () => {
  const pairs = agentStatuses.flatMap((from) => agentStatuses.map((to) => [from, to] as const));

  it.each(pairs)("from %s to %s: a change unless it is the same", (from, to) => {
    const { outcome } = judgeAgentStatus({ status: from, statusReason: "x" }, { status: to, reason: "x" }, at);
    expect(outcome).toBe(from === to ? "unchanged" : "changed");
  });

  it("keeps reason, date and successor of a deprecation, the reason of a disabling, and nothing of an activation", () => {
    const successor = { tenant: "acme", agentId: "b" };
    const to = (status: (typeof agentStatuses)[number]) =>
      judgeAgentStatus(
        { status: status === "active" ? "disabled" : "active" },
        { status, reason: "why", ...(status === "deprecated" && { successor }) },
        at,
      );
    expect(to("deprecated")).toMatchObject({ change: { reason: "why", deprecatedAt: at, successor } });
    const nothing = { deprecatedAt: undefined, successor: undefined };
    expect(to("disabled")).toEqual({ outcome: "changed", change: { status: "disabled", reason: "why", ...nothing } });
    expect(to("active")).toEqual({ outcome: "changed", change: { status: "active", reason: undefined, ...nothing } });
  });

  it.each([
    ["another reason", { reason: "other", successor: { tenant: "acme", agentId: "b" } }],
    ["another successor", { reason: "why", successor: { tenant: "globex", agentId: "b" } }],
    ["no successor any more", { reason: "why" }],
  ])("a deprecation is amended by %s, and keeps its date", (_what, order) => {
    const before = {
      status: "deprecated",
      statusReason: "why",
      deprecatedAt: earlier,
      successor: { tenant: "acme", agentId: "b" },
    } as const;
    expect(judgeAgentStatus(before, { status: "deprecated", ...order }, at)).toMatchObject({
      outcome: "changed",
      change: { deprecatedAt: new Date(earlier), ...order },
    });
  });
});

describe("the status of a version", () => {
  const allowed = [
    "draft active",
    "active deprecated",
    "active archived",
    "deprecated active",
    "deprecated archived",
    "archived active",
  ];
  const pairs = versionStatuses.flatMap((from) => settable.map((to) => [from, to] as const));

  it.each(pairs)("from %s to %s is as the diagram has it", (from, to) => {
    const verdict = judgeVersionStatus(
      { version: "1.0.0", status: from, statusReason: "x" },
      { status: to, reason: "x" },
      at,
    );
    const expected = from === to ? "unchanged" : allowed.includes(`${from} ${to}`) ? "changed" : "refused";
    expect(verdict.outcome).toBe(expected);
  });

  it("a refusal names what can follow", () => {
    const refused = judgeVersionStatus({ version: "1.0.0", status: "draft" }, { status: "archived", reason: "x" }, at);
    expect(refused).toMatchObject({ detail: "1.0.0 is draft; from there it can become active, not archived." });
  });

  it("no sequence of orders leaves the diagram, and only a deprecated version has a date or a successor", () => {
    const order = fc.record({ status: fc.constantFrom(...settable), reason: fc.constantFrom("a", "b") });
    fc.assert(
      fc.property(
        fc.constantFrom("draft" as const, "active" as const),
        fc.array(order, { maxLength: 30 }),
        (first, orders) => {
          let standing: Parameters<typeof judgeVersionStatus>[0] = { version: "1.0.0", status: first };
          for (const next of orders) {
            const successor = next.status === "deprecated" ? "2.0.0" : undefined;
            const verdict = judgeVersionStatus(standing, { ...next, successor }, at);
            if (verdict.outcome !== "changed") continue;
            const { change } = verdict;
            const isAmended = standing.status === change.status;
            expect(isAmended || allowed.includes(`${standing.status} ${change.status}`)).toBe(true);
            expect(change.deprecatedAt !== undefined).toBe(change.status === "deprecated");
            expect(change.successor !== undefined).toBe(change.status === "deprecated");
            standing = {
              version: "1.0.0",
              status: change.status,
              statusReason: change.reason,
              deprecatedAt: change.deprecatedAt?.toISOString(),
              successor: change.successor,
            };
          }
        },
      ),
    );
  });
});

describe("archiving", () => {
  const free = { current: "2.0.0", channels: [], successors: new Map<string, string>() };
  const channel = (name: string, version: string) => ({ channel: name, version, updatedAt: earlier });

  it("is prevented by everything that points at the version, all of it named", () => {
    expect(archiveObstacle("1.0.0", free)).toBeUndefined();
    const held = {
      current: "1.0.0",
      channels: [channel("beta", "1.0.0"), channel("next", "2.0.0"), channel("canary", "1.0.0")],
      successors: new Map([
        ["0.9.0", "1.0.0"],
        ["0.8.0", "0.9.0"],
      ]),
    };
    expect(archiveObstacle("1.0.0", held)).toBe(
      "1.0.0 cannot be archived: it is the current version; channels point at it: beta, canary; it is the successor of 0.9.0.",
    );
  });
});

describe("the successor of a version", () => {
  const none = new Map<string, string>();
  const active = (version: string) => ({ version, status: "active" }) as const;

  it("is another version that can be used", () => {
    expect(versionSuccessorObstacle("1.0.0", "2.0.0", active("2.0.0"), none)).toBeUndefined();
    expect(versionSuccessorObstacle("1.0.0", "1.0.0", active("1.0.0"), none)).toMatch(/itself/);
    expect(versionSuccessorObstacle("1.0.0", "2.0.0", undefined, none)).toMatch(/no version/);
    expect(versionSuccessorObstacle("1.0.0", "2.0.0", active("2.0.0+build"), none)).toMatch(/no version/);
    for (const status of ["draft", "archived"] as const) {
      expect(versionSuccessorObstacle("1.0.0", "2.0.0", { version: "2.0.0", status }, none)).toMatch(status);
    }
  });

  it("never closes a circle, whatever was named before", () => {
    const id = fc.nat({ max: 6 }).map((number) => `${number}.0.0`);
    fc.assert(
      fc.property(fc.array(fc.tuple(id, id), { maxLength: 40 }), (orders) => {
        const successors = new Map<string, string>();
        for (const [version, successor] of orders) {
          if (versionSuccessorObstacle(version, successor, active(successor), successors)) continue;
          successors.set(version, successor);
        }
        for (const start of successors.keys()) {
          let next: string | undefined = start;
          for (let steps = 0; next !== undefined; steps += 1, next = successors.get(next)) {
            expect(steps).toBeLessThanOrEqual(successors.size);
          }
        }
      }),
    );
  });
});

describe("the successor of an agent", () => {
  const self = { tenant: "acme", agentId: "a", visibility: "public" } as const;
  const other = { tenant: "globex", agentId: "b" };
  const found = { status: "active", visibility: "public" } as const;

  it("is another agent that readers can follow to", () => {
    expect(agentSuccessorObstacle(self, other, found, [])).toBeUndefined();
    expect(agentSuccessorObstacle(self, { tenant: "globex", agentId: "a" }, found, [])).toBeUndefined();
    expect(agentSuccessorObstacle(self, self, found, [])).toMatch(/itself/);
    expect(agentSuccessorObstacle(self, other, undefined, [])).toMatch(/no agent globex\/b/);
    expect(agentSuccessorObstacle(self, other, { ...found, status: "disabled" }, [])).toMatch(/disabled/);
    expect(agentSuccessorObstacle(self, other, { ...found, visibility: "private" }, [])).toMatch(/could not follow/);
    expect(agentSuccessorObstacle(self, other, found, [{ tenant: "x", agentId: "y" }, self])).toMatch(/leads back/);
  });

  it("of a private agent may be private", () => {
    const own = { ...self, visibility: "private" } as const;
    expect(agentSuccessorObstacle(own, other, { ...found, visibility: "private" }, [])).toBeUndefined();
  });
});
