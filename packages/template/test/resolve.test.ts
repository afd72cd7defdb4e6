import { DependencyLock } from "@nofx/contract-marketplace";
import { describe, expect, it } from "vitest";
import {
  type AskedRequirement,
  type Candidate,
  type Conflict,
  type Resolved,
  resolveDependencies,
  type Strategy,
} from "../src/index.ts";
import { keyOf } from "./brute-force.ts";
import { agent, knowing, rootWants, template, version, want } from "./worlds.ts";

const [a, b, x, y] = [template("a"), template("b"), agent("x"), agent("y")];

const worldOf = (...lists: readonly (readonly [Parameters<typeof keyOf>[0], ...Candidate[]])[]) =>
  new Map(lists.map(([resource, ...candidates]) => [keyOf(resource), candidates]));

const several = (resource: typeof x, ...numbers: string[]): [typeof x, ...Candidate[]] => [
  resource,
  ...numbers.map((number) => version(resource, number)),
];

const resolve = (
  world: ReturnType<typeof worldOf>,
  requirements: readonly AskedRequirement[],
  strategy: Strategy = "highest",
): Resolved => resolveDependencies({ requirements, strategy, known: knowing(world) });

const conflictOf = (...given: Parameters<typeof resolve>): Conflict => {
  const resolved = resolve(...given);
  if (resolved.outcome !== "unsatisfiable") throw new Error(`It is ${JSON.stringify(resolved)}`);
  return resolved.conflict;
};

const chosen = (resolved: Resolved): string[] => {
  if (resolved.outcome !== "locked") throw new Error(JSON.stringify(resolved));
  const { agents, templates } = resolved.lock;
  return [...Object.entries(agents), ...Object.entries(templates)].map(([name, one]) => `${name} ${one.version}`);
};

const environment = (resource: typeof x, range: string): AskedRequirement => ({
  ...want(resource, range),
  by: { kind: "environment", name: "production" },
});

describe("what is chosen", () => {
  const world = worldOf(several(x, "1.0.0", "1.4.0", "2.0.0-rc.1", "1.10.0"), [
    a,
    version(a, "1.0.0", [want(x, "^1.0.0")]),
    version(a, "2.0.0", [want(x, "<1.5")], "deprecated"),
    version(a, "3.0.0", [want(x, "*")], "archived"),
    version(a, "4.0.0", [want(x, "*")], "draft"),
  ]);

  it.each([
    ["*", "highest", ["acme/x 1.10.0"]],
    ["latest", "highest", ["acme/x 1.10.0"]],
    ["*", "lowest", ["acme/x 1.0.0"]],
    ["^2.0.0-rc", "highest", ["acme/x 2.0.0-rc.1"]],
    [">1.0.0 <1.10", "lowest", ["acme/x 1.4.0"]],
  ] as const)(
    "of %s is the %s that fits, by precedence and without pre-releases that no range names",
    (range, strategy, expected) => {
      expect(chosen(resolve(world, rootWants(want(x, range)), strategy))).toEqual(expected);
    },
  );

  it.each(["highest", "lowest"] as const)("is an active version if one fits, with strategy %s", (strategy) => {
    expect(chosen(resolve(world, rootWants(want(a, "*")), strategy))).toContain("acme/a 1.0.0");
    expect(chosen(resolve(world, rootWants(want(a, ">1")), strategy))).toContain("acme/a 2.0.0");
  });

  it("is never a draft or archived", () => {
    expect(conflictOf(world, rootWants(want(a, ">2"))).message).toBe(
      "template acme/root 1.0.0 wants template acme/a >2: no version of template acme/a fits; there are 2.0.0, 1.0.0",
    );
  });

  it("fits everybody: an environment's wish takes a template's choice down with it", () => {
    expect(chosen(resolve(world, rootWants(want(a, "*"))))).toEqual(["acme/x 1.10.0", "acme/a 1.0.0"]);
    expect(chosen(resolve(world, [...rootWants(want(a, "*")), environment(x, "1.4.0")]))).toEqual([
      "acme/x 1.4.0",
      "acme/a 1.0.0",
    ]);
  });

  it("gives what stands earlier in the row its best, at the cost of what comes later", () => {
    const rivals = worldOf(
      several(x, "1.0.0", "2.0.0"),
      [a, version(a, "1.0.0", [want(x, "^1")]), version(a, "2.0.0", [want(x, "^2")])],
      [b, version(b, "1.0.0", [want(x, "^2")]), version(b, "2.0.0", [want(x, "^1")])],
    );
    expect(chosen(resolve(rivals, rootWants(want(a, "*"), want(b, "*"))))).toEqual([
      "acme/x 2.0.0",
      "acme/a 2.0.0",
      "acme/b 1.0.0",
    ]);
  });

  it("says in the lock who asked, and is a lock by its schema", () => {
    const resolved = resolve(world, [...rootWants(want(a, "^1")), environment(x, "1.4.0")]);
    const lock = resolved.outcome === "locked" ? resolved.lock : undefined;
    expect(DependencyLock.parse(lock)).toEqual(lock);
    expect(lock?.agents["acme/x"]?.requestedBy).toEqual([
      { by: "environment production", range: "1.4.0" },
      { by: "template acme/a 1.0.0", range: "^1.0.0" },
    ]);
  });

  it("may be agents that depend on each other in a circle", () => {
    const circle = worldOf(
      [x, version(x, "1.0.0", [want(y, "^1")])],
      [y, version(y, "1.0.0", [want(x, "^1"), want(y, "*")])],
    );
    expect(chosen(resolve(circle, rootWants(want(x, "*"))))).toEqual(["acme/x 1.0.0", "acme/y 1.0.0"]);
  });

  it("is for nothing wanted nothing", () => {
    expect(chosen(resolve(world, []))).toEqual([]);
  });
});

describe("a conflict", () => {
  it("of two who want what no version is both names them, how they came in, and what there is", () => {
    const conflict = conflictOf(
      worldOf(
        several(x, "1.4.0", "2.1.0"),
        [a, version(a, "1.0.0", [want(x, "^1")])],
        [b, version(b, "2.0.0", [want(x, "^2")])],
      ),
      rootWants(want(a, "*"), want(b, "*")),
    );
    expect(conflict).toMatchObject({
      code: "unfit",
      resource: x,
      available: ["2.1.0", "1.4.0"],
      others: [],
      cycle: [],
      wanted: [
        {
          by: "template acme/a 1.0.0",
          range: "^1",
          asker: { ...a, versions: ["1.0.0"] },
          path: ["template acme/root 1.0.0", "template acme/a 1.0.0"],
        },
        { by: "template acme/b 2.0.0", range: "^2" },
      ],
    });
    expect(conflict.message).toBe(
      "template acme/a 1.0.0 wants agent acme/x ^1, template acme/b 2.0.0 wants agent acme/x ^2: no version of agent acme/x fits both; there are 2.1.0, 1.4.0. No other choice is left: template acme/root 1.0.0 wants template acme/a *, template acme/root 1.0.0 wants template acme/b *",
    );
  });

  it("names only those without whom it would not be there", () => {
    const { wanted } = conflictOf(worldOf(several(x, "1.0.0", "1.5.0", "2.0.0")), [
      ...rootWants(want(x, ">=1"), want(x, "^1")),
      environment(x, "<1.5 || 2"),
      environment(x, ">1.0.0"),
    ]);
    expect(wanted.map(({ by, range }) => `${by} ${range}`).sort()).toEqual([
      "environment production <1.5 || 2",
      "environment production >1.0.0",
      "template acme/root 1.0.0 ^1",
    ]);
  });

  it("that every choice of a template runs into tells all of them", () => {
    const conflict = conflictOf(
      worldOf(several(x, "1.0.0", "2.0.0", "3.0.0"), [
        a,
        version(a, "1.0.0", [want(x, "^1")]),
        version(a, "1.1.0", [want(x, "^1")]),
        version(a, "2.0.0", [want(x, "^2")]),
      ]),
      [...rootWants(want(a, "*")), environment(x, "^3")],
    );
    expect(conflict.message).toBe(
      "environment production wants agent acme/x ^3, template acme/a 1.1.0, 1.0.0 wants agent acme/x ^1, template acme/a 2.0.0 wants agent acme/x ^2: no version of agent acme/x fits all of them; there are 3.0.0, 2.0.0, 1.0.0. No other choice is left: template acme/root 1.0.0 wants template acme/a *",
    );
  });

  it("of other choices follows the first", () => {
    const conflict = conflictOf(
      worldOf(several(x, "1.0.0", "2.0.0"), several(y, "1.0.0"), [
        a,
        version(a, "1.0.0", [want(x, "^1")]),
        version(a, "2.0.0", [want(y, "^2")]),
      ]),
      [...rootWants(want(a, "*")), environment(x, "^2")],
    );
    expect(conflict).toMatchObject({ resource: x, others: [{ resource: y, code: "unfit" }] });
    expect(conflict.message).toContain(
      "template acme/a 2.0.0 wants agent acme/y ^2: no version of agent acme/y fits; there is 1.0.0",
    );
  });

  it("with a range that is none says so, and is no exception", () => {
    const conflict = conflictOf(worldOf(several(x, "1.0.0")), rootWants(want(x, "workspace:*")));
    expect(conflict.code).toBe("range_invalid");
    expect(conflict.message).toBe(
      'template acme/root 1.0.0 wants agent acme/x workspace:*: "workspace:*" is no range of versions',
    );
  });

  it("about what does not exist says so", () => {
    const conflict = conflictOf(worldOf(), rootWants(want(x, "*")));
    expect(conflict).toMatchObject({ code: "absent", resource: x, available: [] });
    expect(conflict.message).toBe(
      "template acme/root 1.0.0 wants agent acme/x *: agent acme/x does not exist, or may not be used from here",
    );
  });

  it("about what has nothing but drafts says so", () => {
    const conflict = conflictOf(worldOf([x, version(x, "1.0.0", [], "draft")]), [
      { ...want(x, "*"), by: { kind: "caller" } },
    ]);
    expect(conflict.message).toBe("the caller wants agent acme/x *: agent acme/x has no version that can be chosen");
  });

  it("that a pre-release would solve says how to get it", () => {
    expect(conflictOf(worldOf(several(x, "2.0.0-rc.1", "1.0.0")), rootWants(want(x, ">1"))).message).toContain(
      "there are 2.0.0-rc.1, 1.0.0. Pre-releases fit only a range that names one, such as 2.0.0-rc.1",
    );
  });

  it("lists a few of many versions", () => {
    const numbers = [...Array(30).keys()].map((minor) => `1.${minor}.0`);
    expect(conflictOf(worldOf(several(x, ...numbers)), rootWants(want(x, "^2"))).message).toContain(
      "there are 1.29.0, 1.28.0, 1.27.0, 1.26.0, 1.25.0 and 25 more",
    );
  });
});

describe("templates that contain themselves", () => {
  const circle = worldOf(
    [a, version(a, "1.0.0", [want(b, "^2")])],
    [b, version(b, "2.1.0", [want(a, "*")]), version(b, "2.0.0")],
  );

  it("are passed over where another version does not", () => {
    expect(chosen(resolve(circle, rootWants(want(a, "*"))))).toEqual(["acme/a 1.0.0", "acme/b 2.0.0"]);
  });

  it("are a conflict that tells the way around", () => {
    const conflict = conflictOf(circle, [...rootWants(want(a, "*")), environment(b, "2.1.0")]);
    expect(conflict).toMatchObject({
      code: "cycle",
      cycle: ["template acme/a 1.0.0", "template acme/b 2.1.0", "template acme/a"],
    });
    expect(conflict.message).toContain(
      "template acme/a 1.0.0 → template acme/b 2.1.0 → template acme/a: a template cannot contain itself",
    );
  });

  it("may be the one that is resolved", () => {
    const back = worldOf([a, version(a, "1.0.0", [want(template("root"), "*")])]);
    expect(conflictOf(back, rootWants(want(a, "*"))).cycle).toEqual([
      "template acme/root 1.0.0",
      "template acme/a 1.0.0",
      "template acme/root",
    ]);
    expect(conflictOf(back, rootWants(want(template("root"), "*"))).cycle).toHaveLength(2);
  });

  it("is not what is only wanted by an environment beside it", () => {
    const beside = worldOf([a, version(a, "1.0.0", [want(template("root"), "^1")])], several(x, "1.0.0"));
    expect(chosen(resolve(beside, [...rootWants(want(x, "*")), environment(a, "*")]))).toEqual([
      "acme/x 1.0.0",
      "acme/a 1.0.0",
    ]);
    expect(conflictOf(beside, [...rootWants(want(x, "*")), environment(template("root"), "^2")]).available).toEqual([
      "1.0.0",
    ]);
  });
});

describe("asking", () => {
  it("in the name of two versions of one resource is a mistake of the caller", () => {
    const two = [...rootWants(want(x, "*")), { ...want(x, "*"), by: { ...template("root"), version: "2.0.0" } }];
    expect(() => resolve(worldOf(), two)).toThrow(RangeError);
  });
});
