import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AskedRequirement,
  type Candidate,
  checkLock,
  lockDigest,
  outdated,
  readDependencies,
  resolveDependencies,
  resourceNamed,
} from "../src/index.ts";
import { keyOf } from "./brute-force.ts";
import { agent, digestOf, knowing, rootWants, template, version, want } from "./worlds.ts";

const [a, b, x, y] = [template("a"), template("b"), agent("x"), agent("y", "other")];
const before = new Map<string, Candidate[]>([
  [keyOf(a), [version(a, "1.0.0", [want(x, "^1"), want(b, "*")])]],
  [keyOf(b), [version(b, "1.0.0", [want(y, "~1.2")])]],
  [keyOf(x), [version(x, "1.0.0"), version(x, "1.1.0")]],
  [keyOf(y), [version(y, "1.2.0")]],
]);
const requirements = rootWants(want(a, "^1"));

const lockIn = (world: typeof before) => {
  const resolved = resolveDependencies({ requirements, strategy: "highest", known: knowing(world) });
  if (resolved.outcome !== "locked") throw new Error(JSON.stringify(resolved));
  return resolved.lock;
};
const lock = lockIn(before);

/** The world with other versions of one resource. */
const after = (resource: typeof a, ...candidates: Candidate[]) => new Map([...before, [keyOf(resource), candidates]]);

const told = (world: typeof before, asked: readonly AskedRequirement[] = requirements): string[] => {
  const verdict = checkLock(lock, asked, knowing(world));
  return verdict.outcome === "broken" ? verdict.problems.map(({ code, message }) => `${code}: ${message}`) : [];
};

describe("a lock", () => {
  it("is canonical: sorted, with digests and who asked", () => {
    expect(JSON.stringify(lock)).toBe(
      JSON.stringify({
        lockVersion: 1,
        strategy: "highest",
        agents: {
          "acme/x": {
            version: "1.1.0",
            digest: digestOf("agent acme/x 1.1.0"),
            requestedBy: [{ by: "template acme/a 1.0.0", range: "^1" }],
          },
          "other/y": {
            version: "1.2.0",
            digest: digestOf("agent other/y 1.2.0"),
            requestedBy: [{ by: "template acme/b 1.0.0", range: "~1.2" }],
          },
        },
        templates: {
          "acme/a": {
            version: "1.0.0",
            digest: digestOf("template acme/a 1.0.0"),
            requestedBy: [{ by: "template acme/root 1.0.0", range: "^1" }],
          },
          "acme/b": {
            version: "1.0.0",
            digest: digestOf("template acme/b 1.0.0"),
            requestedBy: [{ by: "template acme/a 1.0.0", range: "*" }],
          },
        },
      }),
    );
  });

  it("has a digest that follows every part of it, and no order of members", () => {
    const turned = Object.fromEntries(Object.entries(lock).reverse()) as typeof lock;
    expect(lockDigest(turned)).toBe(lockDigest(lock));
    expect(lockDigest({ ...lock, strategy: "lowest" })).not.toBe(lockDigest(lock));
    expect(lockDigest(lock)).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it("holds while newer versions come and its own are deprecated", () => {
    const newer = after(x, version(x, "1.1.0", [], "deprecated"), version(x, "1.2.0"));
    expect(checkLock(lock, requirements, knowing(newer))).toEqual({ outcome: "holds" });
  });

  it.each<[string, Map<string, Candidate[]>, AskedRequirement[], string]>([
    [
      "a version is gone",
      after(x, version(x, "1.0.0")),
      requirements,
      "gone: agent acme/x 1.1.0 does not exist any more, or may not be used from here",
    ],
    [
      "a version has other content",
      after(x, { ...version(x, "1.1.0"), digest: digestOf("?") }),
      requirements,
      `changed: agent acme/x 1.1.0 is ${digestOf("?")} now; locked was ${digestOf("agent acme/x 1.1.0")}`,
    ],
    [
      "a version was archived",
      after(x, version(x, "1.1.0", [], "archived")),
      requirements,
      "withdrawn: agent acme/x 1.1.0 is archived",
    ],
    [
      "a want is new",
      before,
      [...requirements, { ...want(x, "^2"), by: { kind: "environment", name: "test" } }],
      "unfit: environment test wants agent acme/x ^2; locked is 1.1.0",
    ],
    [
      "something new is wanted",
      before,
      [...requirements, ...rootWants(want(agent("z"), "*"))],
      "missing: template acme/root 1.0.0 wants agent acme/z *, which is not locked",
    ],
    [
      "something is wanted no more",
      after(a, version(a, "1.0.0", [want(b, "*")])),
      requirements,
      "not_wanted: Nobody wants agent acme/x 1.1.0",
    ],
    [
      "a template contains itself",
      after(b, version(b, "1.0.0", [want(y, "*"), want(a, "*")])),
      requirements,
      "cycle: template acme/a contains itself, or a template that does",
    ],
    [
      "what is resolved contains itself",
      before,
      rootWants(want(a, "^1"), want(template("root"), "*")),
      "cycle: template acme/root contains itself, or a template that does",
    ],
  ])("does not hold when %s", (_why, world, asked, expected) => {
    expect(told(world, asked)).toContain(expected);
  });

  it("says what has to be looked up to tell whether it holds, and how old it is", () => {
    const known = (resource: typeof a) => (resource.kind === "agent" ? undefined : before.get(keyOf(resource)));
    const missing = { outcome: "unknown", resources: [x, y] };
    expect(checkLock(lock, requirements, known)).toEqual(missing);
    expect(outdated(lock, known)).toEqual(missing);
  });
});

describe("the age of a lock", () => {
  const ageOf = (world: typeof before, resource: typeof a) => {
    const comparison = outdated(lock, knowing(world));
    if (comparison.outcome !== "compared") throw new Error(comparison.outcome);
    expect(comparison.entries.map(({ resource: one }) => one)).toEqual([x, y, a, b]);
    return comparison.entries.find((entry) => keyOf(entry.resource) === keyOf(resource));
  };

  it("tells what its ranges admit now and what there is beyond them", () => {
    const newer = after(x, ...["1.1.0", "1.10.0", "2.0.0", "3.0.0-rc.1"].map((number) => version(x, number)));
    expect(ageOf(newer, x)).toEqual({
      resource: x,
      locked: "1.1.0",
      wanted: "1.10.0",
      latest: "2.0.0",
      isDeprecated: false,
    });
  });

  it("tells that a version is deprecated, and takes no deprecated one for better than an active one", () => {
    const newer = after(
      x,
      version(x, "1.1.0", [], "deprecated"),
      version(x, "1.0.0"),
      version(x, "4.0.0", [], "draft"),
    );
    expect(ageOf(newer, x)).toMatchObject({ wanted: "1.0.0", latest: "1.0.0", isDeprecated: true });
  });

  it("tells of pre-releases where there is nothing else, and of nothing where there is nothing", () => {
    expect(ageOf(after(x, version(x, "2.0.0-rc.1")), x)).toMatchObject({ wanted: undefined, latest: "2.0.0-rc.1" });
    const gone = new Map(before);
    gone.delete(keyOf(x));
    expect(ageOf(gone, x)).toMatchObject({ wanted: undefined, latest: undefined, isDeprecated: false });
  });
});

describe("the dependencies of a document", () => {
  it("are read in canonical order; without a tenant, its own is meant", () => {
    const { requirements: read, findings } = readDependencies(
      { templates: { b: "*" }, agents: { x: "^1", "other/y": "latest", "acme/x": "<2" }, packages: [] },
      "acme",
    );
    expect(findings).toEqual([]);
    expect(read).toEqual([want(x, "<2"), want(x, "^1"), want(y, "latest"), want(b, "*")]);
  });

  it("with names and ranges that are none are findings", () => {
    const { requirements: read, findings } = readDependencies(
      { agents: { "a/b/c": "*", X: "*", x: "workspace:*" }, templates: { "": "*", b: "1" } },
      "acme",
    );
    expect(read).toEqual([want(b, "1")]);
    expect(findings.map(({ path, code }) => `${path} ${code}`)).toEqual([
      '$.dependencies.agents["a/b/c"] dependency_name_invalid',
      "$.dependencies.agents.X dependency_name_invalid",
      "$.dependencies.agents.x dependency_range_invalid",
      '$.dependencies.templates[""] dependency_name_invalid',
    ]);
  });

  it("may be of any shape and depth: that is a finding, too", () => {
    let deep: unknown = 1;
    for (let depth = 0; depth < 100_000; depth += 1) deep = [deep];
    const { findings } = readDependencies({ agents: { x: deep, y: "x".repeat(100_000) } }, "acme");
    expect(findings.map(({ code }) => code)).toEqual(["dependency_range_invalid", "dependency_range_invalid"]);
    for (const { message } of findings) expect(message.length).toBeLessThan(200);
  });

  it("are read from anything without an exception", () => {
    const groups = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.jsonValue()));
    const document = fc.record({ agents: groups, templates: groups }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), document), (dependencies) => {
        const { requirements: read } = readDependencies(dependencies, "acme");
        for (const { resource } of read) {
          expect(resourceNamed(resource.kind, `${resource.tenant}/${resource.id}`, "acme")).toEqual(resource);
        }
      }),
    );
  });
});
