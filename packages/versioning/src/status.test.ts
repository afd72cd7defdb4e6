import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { archiveObstacle, judgeResourceStatus, judgeVersionStatus } from "./index.ts";

const at = new Date("2026-11-22T09:30:00.000Z");
const earlier = "2026-01-01T00:00:00.000Z";
const resourceStatuses = ["active", "deprecated", "disabled"] as const;
const versionStatuses = ["draft", "active", "deprecated", "archived"] as const;
const settable = ["active", "deprecated", "archived"] as const;

describe("the status of a resource", () => {
  type Standing = Parameters<typeof judgeResourceStatus<string>>[0];
  type Order = Parameters<typeof judgeResourceStatus<string>>[1];
  const judged = (before: Standing, order: Order) =>
    judgeResourceStatus(before, order, at, (one, other) => one === other);
  const pairs = resourceStatuses.flatMap((from) => resourceStatuses.map((to) => [from, to] as const));

  it.each(pairs)("from %s to %s: a change unless it is the same", (from, to) => {
    const { outcome } = judged({ status: from, statusReason: "x" }, { status: to, reason: "x" });
    expect(outcome).toBe(from === to ? "unchanged" : "changed");
  });

  it("keeps reason, date and successor of a deprecation, the reason of a disabling, and nothing of an activation", () => {
    const to = (status: (typeof resourceStatuses)[number]) =>
      judged(
        { status: status === "active" ? "disabled" : "active" },
        { status, reason: "why", ...(status === "deprecated" && { successor: "b" }) },
      );
    expect(to("deprecated")).toMatchObject({ change: { reason: "why", deprecatedAt: at, successor: "b" } });
    const nothing = { deprecatedAt: undefined, successor: undefined };
    expect(to("disabled")).toEqual({ outcome: "changed", change: { status: "disabled", reason: "why", ...nothing } });
    expect(to("active")).toEqual({ outcome: "changed", change: { status: "active", reason: undefined, ...nothing } });
  });

  it("once ordered is there: the same order again is unchanged", () => {
    const word = fc.constantFrom("a", "b");
    const status = fc.constantFrom(...resourceStatuses);
    const before = fc.record({ status, statusReason: word, successor: word }, { requiredKeys: ["status"] });
    fc.assert(
      fc.property(before, status, word, fc.option(word, { nil: undefined }), (standing, wanted, reason, successor) => {
        const order = { status: wanted, reason, successor: wanted === "deprecated" ? successor : undefined };
        const verdict = judged(standing, order);
        if (verdict.outcome === "unchanged") return;
        const { change } = verdict;
        const after = { ...change, statusReason: change.reason, deprecatedAt: change.deprecatedAt?.toISOString() };
        expect(judged(after, order)).toEqual({ outcome: "unchanged" });
      }),
    );
  });

  it.each([
    ["another reason", { reason: "other", successor: "b" }],
    ["another successor", { reason: "why", successor: "c" }],
    ["no successor any more", { reason: "why" }],
  ])("a deprecation is amended by %s, and keeps its date", (_what, order) => {
    const before = { status: "deprecated", statusReason: "why", deprecatedAt: earlier, successor: "b" } as const;
    expect(judged(before, { status: "deprecated", ...order })).toMatchObject({
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
  it("is prevented by everything that points at the version, all of it named", () => {
    const free = { current: "2.0.0", others: [], successors: new Map<string, string>() };
    expect(archiveObstacle("1.0.0", free)).toBeUndefined();
    const successors = new Map([
      ["0.9.0", "1.0.0"],
      ["0.8.0", "0.9.0"],
    ]);
    expect(archiveObstacle("1.0.0", { current: "1.0.0", others: ["channels point at it: beta"], successors })).toBe(
      "1.0.0 cannot be archived: it is the current version; channels point at it: beta; it is the successor of 0.9.0.",
    );
  });
});
