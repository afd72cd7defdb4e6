import { DependencyLock } from "@nofx/contract-marketplace";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AskedRequirement,
  checkLock,
  findingFaults,
  type Known,
  lockDigest,
  type Resolution,
  type Resolved,
  type Resource,
  resolveDependencies,
  type Strategy,
} from "../src/index.ts";
import { inOneGo } from "../src/resolve/work.ts";
import { bruteForce, keyOf, type World } from "./brute-force.ts";
import { isJointlyPossible, wantsIn } from "./joint-wants.ts";
import { knowing, smallWorld, tangledWorld } from "./worlds.ts";

const anyWorld = fc.oneof(smallWorld, tangledWorld);
const strategy = fc.constantFrom<Strategy>("highest", "lowest");

const versionsIn = ({ agents, templates }: DependencyLock): Map<string, string> =>
  new Map([
    ...Object.entries(agents).map(([name, { version }]) => [`agent ${name}`, version] as const),
    ...Object.entries(templates).map(([name, { version }]) => [`template ${name}`, version] as const),
  ]);

/** What came of it, however long it took. */
const answerIn = ({ steps: _taken, ...answer }: Resolved): object => answer;

/** Looks up what is asked for, and only that, until there is an answer. */
const inRounds = (world: World, { known, ...resolution }: Resolution): { resolved: Resolved; rounds: number } => {
  const looked = new Set<string>();
  for (let rounds = 0; ; rounds += 1) {
    const partly: Known = (resource) => (looked.has(keyOf(resource)) ? known(resource) : undefined);
    const resolved = resolveDependencies({ ...resolution, known: partly });
    if (resolved.outcome !== "unknown") return { resolved, rounds };
    const fresh = resolved.resources.filter((resource) => !looked.has(keyOf(resource)));
    expect(fresh).toHaveLength(resolved.resources.length);
    expect(fresh).not.toHaveLength(0);
    expect(rounds).toBeLessThanOrEqual(world.size + 1);
    for (const resource of fresh) looked.add(keyOf(resource));
  }
};

const shuffled = <Value>(values: readonly Value[], seed: number): Value[] =>
  values
    .map((value, index) => ({ value, place: ((index + 1) * 7919 * (seed + 3)) % 104_729 }))
    .sort((left, right) => left.place - right.place)
    .map(({ value }) => value);

type Special = Record<"prerelease" | "deprecated" | "archived" | "otherTenant" | "cycle", number>;

/** Counts answers in which something took part that is easily forgotten. */
const count = (special: Special, world: World, resolved: Resolved): void => {
  if ([...world.values()].flat().some(({ status }) => status === "archived" || status === "draft"))
    special.archived += 1;
  if (resolved.outcome === "unsatisfiable") {
    const { conflict } = resolved;
    if ([conflict, ...conflict.others].some(({ code }) => code === "cycle")) special.cycle += 1;
  }
  if (resolved.outcome !== "locked") return;
  const versions = versionsIn(resolved.lock);
  const chosen = [...versions].map(([key, version]) => world.get(key)?.find((one) => one.version === version));
  if (chosen.some((one) => one?.status === "deprecated")) special.deprecated += 1;
  if (chosen.some((one) => one?.version.includes("-"))) special.prerelease += 1;
  if (new Set([...versions.keys()].map((key) => key.split(/[ /]/)[1])).size > 1) special.otherTenant += 1;
};

describe("the resolver", () => {
  it.each([
    [
      "in small graphs of all kinds",
      smallWorld,
      1000,
      ["prerelease", "deprecated", "archived", "otherTenant", "cycle"],
    ],
    // A definition that tries everything takes ten times as long in these.
    ["in graphs that take much going back", tangledWorld, 300, []],
  ] as const)(
    "gives the answer of its definition, or the verdict that there is none, %s",
    (_which, worlds, numRuns, specialIn) => {
      const seen = { locked: 0, unsatisfiable: 0, highest: 0, lowest: 0 };
      const special = { prerelease: 0, deprecated: 0, archived: 0, otherTenant: 0, cycle: 0 };
      const judge = ({ world, requirements }: { world: World; requirements: AskedRequirement[] }, taken: Strategy) => {
        const expected = bruteForce(world, requirements, taken);
        const resolved = resolveDependencies({ requirements, strategy: taken, known: knowing(world) });
        expect(resolved.outcome).toBe(expected ? "locked" : "unsatisfiable");
        seen[expected ? "locked" : "unsatisfiable"] += 1;
        seen[taken] += 1;
        count(special, world, resolved);
        if (resolved.outcome !== "locked") return;
        expect(DependencyLock.parse(resolved.lock)).toEqual(resolved.lock);
        expect(versionsIn(resolved.lock)).toEqual(
          new Map([...(expected ?? [])].map(([key, one]) => [key, one.version])),
        );
      };
      fc.assert(fc.property(worlds, strategy, judge), { numRuns });
      expect(seen.locked).toBeGreaterThan(numRuns / 6);
      expect(seen.unsatisfiable).toBeGreaterThan(numRuns / 6);
      expect(Math.min(seen.highest, seen.lowest)).toBeGreaterThan(numRuns / 3);
      for (const what of specialIn) expect([what, special[what] > numRuns / 200]).toEqual([what, true]);
    },
  );

  it("gives the same answer when resources are looked up in rounds, each once and in few rounds", () => {
    fc.assert(
      fc.property(anyWorld, strategy, ({ world, requirements }, taken) => {
        const resolution = { requirements, strategy: taken, known: knowing(world) };
        const { resolved } = inRounds(world, resolution);
        const atOnce = resolveDependencies(resolution);
        expect(resolved.outcome).toBe(atOnce.outcome);
        if (resolved.outcome === "locked") expect(answerIn(resolved)).toEqual(answerIn(atOnce));
      }),
      { numRuns: 200 },
    );
  });

  it("does not care in which order anything is given", () => {
    fc.assert(
      fc.property(anyWorld, strategy, fc.nat(1000), ({ world, requirements }, taken, seed) => {
        const other = new Map(
          [...world].map(([key, candidates]) => [
            key,
            shuffled(candidates, seed).map((one) => ({ ...one, dependencies: shuffled(one.dependencies, seed) })),
          ]),
        );
        const turned = { requirements: shuffled(requirements, seed), strategy: taken, known: knowing(other) };
        const resolved = resolveDependencies({ requirements, strategy: taken, known: knowing(world) });
        expect(resolveDependencies(turned)).toEqual(resolved);
        if (resolved.outcome !== "locked") return;
        const again = resolveDependencies(turned) as typeof resolved;
        expect(lockDigest(again.lock)).toBe(lockDigest(resolved.lock));
        expect(JSON.stringify(again.lock)).toBe(JSON.stringify(resolved.lock));
      }),
      { numRuns: 200 },
    );
  });

  it("names wants that are in conflict, of which none can be left out", () => {
    fc.assert(
      fc.property(anyWorld, strategy, ({ world, requirements }, taken) => {
        const resolved = resolveDependencies({ requirements, strategy: taken, known: knowing(world) });
        if (resolved.outcome !== "unsatisfiable") return;
        const rules = wantsIn(resolved.conflict);
        expect(isJointlyPossible(world, rules)).toBe(false);
        for (const left of rules) {
          const others = rules.filter((one) => one !== left);
          expect(isJointlyPossible(world, others)).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe("a lock", () => {
  it("of what it has locked is itself, and holds", () => {
    fc.assert(
      fc.property(anyWorld, strategy, ({ world, requirements }, taken) => {
        const known = knowing(world);
        const resolved = resolveDependencies({ requirements, strategy: taken, known });
        if (resolved.outcome !== "locked") return;
        expect(checkLock(resolved.lock, requirements, known)).toEqual({ outcome: "holds" });
        const versions = versionsIn(resolved.lock);
        const only = new Map(
          [...world].map(([key, candidates]) => [key, candidates.filter((one) => one.version === versions.get(key))]),
        );
        const amongThem = resolveDependencies({ requirements, strategy: taken, known: knowing(only) });
        expect(answerIn(amongThem)).toEqual(answerIn(resolved));
        const pinned = [...versions].map(([key, range]): AskedRequirement => {
          const [kind = "", tenant = "", id = ""] = key.split(/[ /]/);
          const resource = { kind, tenant, id } as Resource;
          return { resource, range, by: { kind: "environment", name: "pinned" } };
        });
        const opposite = taken === "highest" ? "lowest" : "highest";
        const again = resolveDependencies({ requirements: [...requirements, ...pinned], strategy: opposite, known });
        expect(again.outcome === "locked" && versionsIn(again.lock)).toEqual(versions);
      }),
      { numRuns: 200 },
    );
  });

  it("has no faults by itself; without one of its parts, or with another version, it has", () => {
    const pick = fc.nat(1000);
    fc.assert(
      fc.property(anyWorld, strategy, pick, ({ world, requirements }, taken, at) => {
        const resolved = resolveDependencies({ requirements, strategy: taken, known: knowing(world) });
        if (resolved.outcome !== "locked") return;
        const { lock } = resolved;
        const faultsOf = (given: DependencyLock) => inOneGo(findingFaults(given, requirements));
        expect(faultsOf(lock)).toEqual([]);
        const member = Object.keys(lock.agents).length > 0 ? "agents" : "templates";
        const names = Object.keys(lock[member]);
        const name = names[at % names.length];
        if (name === undefined) return;
        const { [name]: left, ...others } = lock[member];
        // Of what only others want, nothing but its own entry tells.
        const isAsked = requirements.some(({ resource }) => keyOf(resource) === `${member.slice(0, -1)} ${name}`);
        if (isAsked) expect(faultsOf({ ...lock, [member]: others })).not.toEqual([]);
        const unfit = { ...left, version: "99.0.0-none" } as DependencyLock["agents"][string];
        expect(faultsOf({ ...lock, [member]: { ...others, [name]: unfit } })).not.toEqual([]);
        const unasked = { ...left, requestedBy: [{ by: "nobody", range: "*" }] } as DependencyLock["agents"][string];
        expect(faultsOf({ ...lock, [member]: { ...others, [name]: unasked } })).not.toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it("holds exactly if it is a solution", () => {
    fc.assert(
      fc.property(smallWorld, smallWorld, strategy, (before, after, taken) => {
        const resolved = resolveDependencies({ ...before, strategy: taken, known: knowing(before.world) });
        if (resolved.outcome !== "locked") return;
        const { lock } = resolved;
        const versions = versionsIn(lock);
        const mixed = new Map(
          [...after.world].map(([key, now], index) => [key, index % 2 ? now : (before.world.get(key) ?? now)]),
        );
        const only = new Map(
          [...mixed].map(([key, candidates]) => [key, candidates.filter((one) => one.version === versions.get(key))]),
        );
        const expected = bruteForce(only, before.requirements, taken);
        const holds =
          expected !== undefined &&
          [...versions].every(([key, version]) => expected.get(key)?.version === version) &&
          expected.size === versions.size;
        expect(checkLock(lock, before.requirements, knowing(mixed)).outcome).toBe(holds ? "holds" : "broken");
      }),
      { numRuns: 200 },
    );
  });
});
