import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AskedRequirement,
  type Candidate,
  checkLock,
  outdated,
  type Requirement,
  type Resource,
  resolveDependencies,
  type Strategy,
} from "../src/index.ts";
import { keyOf } from "./brute-force.ts";
import { crowd } from "./large-graphs.ts";
import { agent, digestOf, knowing, rootWants, template, version, want } from "./worlds.ts";

const numbers = ["1.0.0", "1.1.0", "1.2.0", "1.3.0", "2.0.0", "2.1.0", "2.2.0", "3.0.0", "3.1.0", "3.2.0"];

/** The same numbers in every run. */
const numbersFrom = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

/**
 * As many resources, half of them templates, each with ten versions and each wanted: every version wants the next resource
 * and two others, one in ten of these within one major version.
 */
const graphOf = (size: number): { world: Map<string, Candidate[]>; requirements: AskedRequirement[] } => {
  const next = numbersFrom(size);
  const resources = [...Array(size).keys()].map((index) => (index * 2 < size ? template : agent)(`r${index}`));
  const rangeOf = (): string =>
    next(10) === 0 ? `^${next(3) + 1}` : (["*", ">=1.1", "<3.2", "1 || 2 || 3"][next(4)] as string);
  const wants = (index: number): Requirement[] =>
    index + 1 === size
      ? []
      : [index + 1, index + 1 + next(size - index - 1), index + 1 + next(size - index - 1)].map((target) =>
          want(resources[target] as Resource, target === index + 1 ? "*" : rangeOf()),
        );
  const world = new Map(
    resources.map((one, index) => [keyOf(one), numbers.map((number) => version(one, number, wants(index)))]),
  );
  return { world, requirements: rootWants(want(resources[0] as Resource, "*")) };
};

describe("the work of resolving", () => {
  it.each([
    [10, 200],
    [100, 500],
    [1_000, 2_000],
  ])("of %i resources with ten versions each is less than %i ms of processor time", (size, limitMs) => {
    const { world, requirements } = graphOf(size);
    const known = knowing(world);
    for (const strategy of ["highest", "lowest"] as const) {
      const begin = process.cpuUsage();
      const resolved = resolveDependencies({ requirements, strategy, known });
      const { user, system } = process.cpuUsage(begin);
      const tookMs = (user + system) / 1000;
      expect(tookMs).toBeLessThan(limitMs);
      if (resolved.outcome !== "locked") throw new Error(JSON.stringify(resolved));
      expect(Object.keys(resolved.lock.agents).length + Object.keys(resolved.lock.templates).length).toBe(size);
      expect(checkLock(resolved.lock, requirements, known)).toEqual({ outcome: "holds" });
    }
  });

  it("is told to be too much when it is, with what it is stuck on", () => {
    const resolved = resolveDependencies({ ...crowd(14), strategy: "highest", stepsMax: 200_000 });
    if (resolved.outcome !== "too_complex") throw new Error(resolved.outcome);
    expect(resolved.steps).toBeGreaterThan(200_000);
    expect(resolved.steps).toBeLessThan(300_000);
    expect(resolved.stuckOn.length).toBeGreaterThan(0);
  });

  it("comes to an end where nothing fits, and tells all that is in the way", () => {
    const resolved = resolveDependencies({ ...crowd(5), strategy: "highest" });
    if (resolved.outcome !== "unsatisfiable") throw new Error(resolved.outcome);
    expect([resolved.conflict, ...resolved.conflict.others].map(({ resource }) => resource.id).sort()).toEqual([
      "s0",
      "s1",
      "s2",
      "s3",
    ]);
  });

  it("looks a chain up link by link, and what the alternatives of a link want along with it", () => {
    const chain = [...Array(20).keys()].map((index) => agent(`c${index}`));
    const world = new Map(
      chain.map((one, index) => {
        const following = chain[index + 1];
        const only = numbers.map((number) => {
          const lost = want(agent(`lost-${index}-${number.replaceAll(".", "-")}`), "*");
          return version(one, number, [
            ...(number === "1.0.0" ? [] : [lost]),
            ...(following ? [want(following, "*")] : []),
          ]);
        });
        return [keyOf(one), only];
      }),
    );
    const looked = new Set<string>();
    let rounds = 0;
    for (; ; rounds += 1) {
      const resolved = resolveDependencies({
        requirements: rootWants(want(chain[0] as Resource, "*")),
        strategy: "highest",
        known: (resource) => (looked.has(keyOf(resource)) ? knowing(world)(resource) : undefined),
      });
      if (resolved.outcome !== "unknown") {
        expect(resolved.outcome).toBe("locked");
        break;
      }
      for (const resource of resolved.resources) looked.add(keyOf(resource));
    }
    expect(rounds).toBe(21);
  });
});

describe("garbage", () => {
  const text = fc.oneof(fc.constantFrom("1.0.0", "*", "^1", "a", "b", "acme", "__proto__", "a/b", ""), fc.string());
  const kind = fc.constantFrom("agent" as const, "template" as const);
  const resource = fc.record({ kind, tenant: text, id: text });
  const requirement = fc.record({ resource, range: text });
  const candidate = fc.record({
    version: text,
    digest: text,
    status: fc.constantFrom("active" as const, "deprecated" as const, "archived" as const, "draft" as const),
    dependencies: fc.array(requirement, { maxLength: 3 }),
  });
  const by = fc.oneof(
    fc.record({ kind: fc.constant("environment" as const), name: text }),
    fc.constant({ kind: "caller" as const }),
    fc.record({ kind, tenant: text, id: text, version: text }),
  );
  const asked = fc.array(fc.record({ resource, range: text, by }), { maxLength: 4 });
  const answers = fc.array(fc.option(fc.oneof(fc.constant("absent" as const), fc.array(candidate, { maxLength: 4 }))), {
    minLength: 1,
    maxLength: 5,
  });

  it("gets an answer, or the error that is documented", () => {
    const strategies = fc.constantFrom<Strategy>("highest", "lowest");
    fc.assert(
      fc.property(asked, answers, strategies, (requirements, given, strategy) => {
        const known = (one: Resource) => given[digestOf(keyOf(one)).charCodeAt(70) % given.length] ?? undefined;
        try {
          const resolved = resolveDependencies({ requirements, strategy, known });
          if (resolved.outcome === "unsatisfiable") expect(resolved.conflict.message).not.toBe("");
          if (resolved.outcome !== "locked") return;
          checkLock(resolved.lock, requirements, known);
          outdated(resolved.lock, known);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          expect(String(error)).toContain("two versions at once");
        }
      }),
      { numRuns: 2000 },
    );
  });
});
