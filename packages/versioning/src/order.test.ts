import { describe, expect, it } from "vitest";
import { judgeResourceOrder, judgeVersionOrder, type ResourceCase } from "./index.ts";

const at = new Date("2026-11-22T09:30:00.000Z");

describe("an order to change the status of a resource", () => {
  const resource = { name: "a", status: "active", visibility: "public" } as const;
  type Named = { readonly name: string };
  const judged = (order: ResourceCase<Named>["order"], successor?: ResourceCase<Named>["successor"]) =>
    judgeResourceOrder<Named>({ kind: "thing", nameOf: ({ name }) => name, resource, order, successor, at });
  const found = { status: "active", visibility: "public" } as const;
  const to = { status: "deprecated", reason: "why", successor: { name: "b" } } as const;

  it("is followed if nobody stands in the way", () => {
    expect(judged({ status: "disabled", reason: "why" })).toMatchObject({ outcome: "changed" });
    expect(judged(to, { found, beyond: [{ name: "c" }] })).toMatchObject({
      outcome: "changed",
      change: { successor: { name: "b" }, deprecatedAt: at },
    });
  });

  it("is refused with a successor that nobody can follow to", () => {
    const refusal = { outcome: "refused", code: "successor_refused" };
    expect(judged(to)).toMatchObject({ ...refusal, detail: "There is no thing b, or it is not visible to you." });
    expect(judged(to, { found, beyond: [{ name: "a" }] })).toMatchObject({ ...refusal, detail: "b leads back to a." });
  });

  it("that is carried out already is unchanged, whatever has become of the successor", () => {
    const standing = { ...resource, status: "deprecated", statusReason: "why", successor: { name: "b" } } as const;
    const given = { kind: "thing", nameOf: ({ name }: Named) => name, resource: standing, successor: undefined, at };
    expect(judgeResourceOrder<Named>({ ...given, order: to })).toEqual({ outcome: "unchanged" });
  });
});

describe("an order to change the status of a version", () => {
  const free = { current: "2.0.0", others: [], successors: new Map<string, string>(), found: undefined };
  const active = { version: "1.0.0", status: "active" } as const;
  const judged = (
    order: Parameters<typeof judgeVersionOrder>[1],
    around: Partial<Parameters<typeof judgeVersionOrder>[3]> = {},
    before: Parameters<typeof judgeVersionOrder>[0] = active,
  ) => judgeVersionOrder(before, order, at, { ...free, ...around });
  const archive = { status: "archived", reason: "why" } as const;
  const replace = { status: "deprecated", reason: "why", successor: "1.1.0" } as const;
  const found = { version: "1.1.0", status: "active" } as const;

  it("is followed if nothing points at the version, and its successor is in use", () => {
    expect(judged(archive)).toMatchObject({ outcome: "changed", change: { status: "archived" } });
    expect(judged(replace, { found })).toMatchObject({ outcome: "changed", change: { successor: "1.1.0" } });
  });

  it("is refused where the diagram does not have it", () => {
    const draft = { version: "1.0.0", status: "draft" } as const;
    expect(judged(archive, {}, draft)).toMatchObject({ outcome: "refused", code: "status_transition_refused" });
  });

  it("is refused while something points at a version that is to be archived", () => {
    for (const around of [{ current: "1.0.0" }, { others: ["x"] }, { successors: new Map([["0.9.0", "1.0.0"]]) }]) {
      expect(judged(archive, around)).toMatchObject({ outcome: "refused", code: "version_in_use" });
      expect(judged(replace, { ...around, found })).toMatchObject({ outcome: "changed" });
    }
  });

  it("is refused with a successor that is none", () => {
    const refusal = { outcome: "refused", code: "successor_refused" };
    expect(judged(replace)).toMatchObject({ ...refusal, detail: "There is no version 1.1.0." });
    const circle = new Map([["1.1.0", "1.0.0"]]);
    expect(judged(replace, { found, successors: circle })).toMatchObject(refusal);
  });

  it("that is carried out already is unchanged", () => {
    const archived = { version: "1.0.0", status: "archived", statusReason: "why" } as const;
    expect(judged(archive, { current: "1.0.0" }, archived)).toEqual({ outcome: "unchanged" });
  });
});
