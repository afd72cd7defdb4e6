import fc from "fast-check";
import { maxSatisfying, satisfies } from "semver";
import { describe, expect, it } from "vitest";
import { impactOf, type KnownVersions, type Need } from "./impact.rules.ts";

const key = (id: string) => ({ type: "agent" as const, tenant: "acme", id });
const text = (id: string) => `agent:acme/${id}`;
const active = (...numbers: string[]) => numbers.map((version) => ({ version, status: "active" }));
const need = (from: string, to: string, given: Partial<Need> = {}): Need => ({
  from: key(from),
  to: key(to),
  version: "1.0.0",
  ...given,
});
const impact = (needs: Need[], known: Record<string, ReturnType<typeof active>>, withdrawn = "1.0.0") =>
  impactOf(key("root"), withdrawn, needs, new Map(Object.entries(known).map(([id, versions]) => [text(id), versions])));

describe("what needs a version that is withdrawn", () => {
  const root = active("2.0.0", "1.1.0", "1.0.0");

  it("breaks if its lock holds it, and is told what it would get anew", () => {
    expect(impact([need("a", "root", { range: "^1.0.0", locked: "1.0.0" })], { root })).toMatchObject([
      { id: "a", reason: "locked", breaks: true, satisfiedBy: "1.1.0", depth: 1 },
    ]);
  });

  it("is not concerned if its lock holds another one", () => {
    expect(impact([need("a", "root", { range: "^1.0.0", locked: "1.1.0" })], { root })).toEqual([]);
  });

  it("has another one if its range has, never a draft or an archived one", () => {
    const statuses = [
      { version: "1.3.0", status: "draft" },
      { version: "1.2.0", status: "archived" },
      { version: "1.1.0", status: "deprecated" },
      { version: "1.0.0", status: "active" },
    ];
    const [satisfied] = impact([need("a", "root", { range: "^1.0.0" })], { root: statuses });
    expect(satisfied).toMatchObject({ reason: "range", breaks: false, satisfiedBy: "1.1.0" });
  });

  it("breaks if its range has no other; ranges that never had it are not concerned", () => {
    const found = impact([need("a", "root", { range: "~1.0.0" }), need("b", "root", { range: "^2.0.0" })], { root });
    expect(found).toMatchObject([{ id: "a", reason: "range", breaks: true }]);
    expect(found[0]?.satisfiedBy).toBeUndefined();
  });

  it("takes along what needs it, which ends in a circle", () => {
    const needs = [
      need("a", "root", { range: "1.0.0" }),
      need("b", "a", { range: "*" }),
      need("a", "b", { range: "*" }),
      need("c", "b", { range: "^1.0.0" }),
    ];
    const known = { root, a: active("1.0.0"), b: active("1.0.0"), c: active("1.0.0") };
    expect(impact(needs, known).map(({ id, on, depth }) => [id, on.id, depth])).toEqual([
      ["a", "root", 1],
      ["b", "a", 2],
      ["a", "b", 3],
      ["c", "b", 3],
    ]);
  });

  it("is not concerned by a range that cannot be read", () => {
    expect(impact([need("a", "root", { range: "no range" })], { root })).toEqual([]);
  });
});

const ids = ["root", "a", "b", "c", "d"];
const version = fc.constantFrom("0.9.0", "1.0.0", "1.0.1", "1.1.0", "2.0.0", "2.1.0-rc.1", "2.1.0");
const range = fc.constantFrom("^1.0.0", "~1.0.0", "1.0.0", ">=1.0.1", "*", "^0.9.0", "2.x", ">=2.1.0-rc.1", "nonsense");
const status = fc.constantFrom("active", "active", "active", "deprecated", "draft", "archived");
const arbitraryKnown = fc
  .tuple(...ids.map(() => fc.uniqueArray(fc.record({ version, status }), { selector: (each) => each.version })))
  .map((lists): KnownVersions => new Map(ids.map((id, at) => [text(id), lists[at] ?? []])));
const end = fc.constantFrom(...ids).map(key);
const arbitraryNeed: fc.Arbitrary<Need> = fc.record(
  { from: end, to: end, version, range, locked: version },
  { requiredKeys: ["from", "to", "version"] },
);

/** One need, with semver alone. */
const judgePlainly = (each: Need, known: KnownVersions, missing: ReadonlySet<string>) => {
  const to = text(each.to.id);
  const usable = (known.get(to) ?? []).filter((one) => ["active", "deprecated"].includes(one.status));
  const isMissing = (one: string) => missing.has(`${to}@${one}`);
  const left = usable.map((one) => one.version).filter((one) => !isMissing(one));
  const satisfiedBy = (each.range && maxSatisfying(left, each.range)) || undefined;
  const had = usable.some((one) => isMissing(one.version) && satisfies(one.version, each.range ?? "no"));
  const isConcerned = each.locked ? isMissing(each.locked) : had;
  return isConcerned ? { breaks: each.locked ? true : !satisfiedBy, satisfiedBy } : undefined;
};

interface Told {
  readonly breaks: boolean;
  readonly satisfiedBy: string | undefined;
  readonly depth: number;
}

/** Everything is judged against what was missing at the beginning of the round. */
const bruteForce = (withdrawn: string, needs: Need[], known: KnownVersions): Map<Need, Told> => {
  const missing = new Set([`${text("root")}@${withdrawn}`]);
  const told = new Map<Need, Told>();
  for (let depth = 1; depth <= needs.length + 1; depth += 1) {
    const whole = new Set(missing);
    for (const each of needs.filter((one) => !told.get(one)?.breaks)) {
      const judged = judgePlainly(each, known, whole);
      if (judged) told.set(each, { ...judged, depth: judged.breaks ? depth : (told.get(each)?.depth ?? depth) });
      if (judged?.breaks) missing.add(`${text(each.from.id)}@${each.version}`);
    }
  }
  return told;
};

it("is what judging everything again and again with semver comes to", () => {
  fc.assert(
    fc.property(version, fc.array(arbitraryNeed, { maxLength: 12 }), arbitraryKnown, (withdrawn, needs, known) => {
      // With its place as environment, each can be told from its likes.
      const named = needs.map((each, at) => ({ ...each, environment: String(at) }));
      const expected = [...bruteForce(withdrawn, named, known)].map(([{ environment }, told]) => ({
        environment,
        ...told,
      }));
      const found = impactOf(key("root"), withdrawn, named, known).map(
        ({ environment, breaks, satisfiedBy, depth }) => ({ environment, breaks, satisfiedBy, depth }),
      );
      const sorted = (list: typeof found) => [...list].sort((a, b) => Number(a.environment) - Number(b.environment));
      expect(sorted(found)).toEqual(sorted(expected));
    }),
    { numRuns: 2_000 },
  );
});
