import fc from "fast-check";
import type { AskedRequirement, Candidate, Known, Requirement, Resource } from "../src/index.ts";
import { keyOf, type World } from "./brute-force.ts";

export const agent = (id: string, tenant = "acme"): Resource => ({ kind: "agent", tenant, id });
export const template = (id: string, tenant = "acme"): Resource => ({ kind: "template", tenant, id });
const root = { ...template("root"), version: "1.0.0" };

/** A digest that tells versions apart. */
export const digestOf = (text: string): string =>
  `sha256:${[...text]
    .map((sign) => sign.charCodeAt(0).toString(16).padStart(2, "0"))
    .join("")
    .padStart(64, "0")
    .slice(-64)}`;

export const version = (
  resource: Resource,
  number: string,
  dependencies: readonly Requirement[] = [],
  status: Candidate["status"] = "active",
): Candidate => ({ version: number, digest: digestOf(`${keyOf(resource)} ${number}`), status, dependencies });

export const want = (resource: Resource, range: string): Requirement => ({ resource, range });

export const rootWants = (...wants: readonly Requirement[]): AskedRequirement[] =>
  wants.map((one) => ({ ...one, by: root }));

/** Everything in a world is known; what is not in it is absent. */
export const knowing =
  (world: World): Known =>
  (resource) =>
    world.get(keyOf(resource)) ?? "absent";

const resources = [template("a"), template("b"), agent("x"), agent("y"), agent("z", "other")];
const numbers = ["0.9.0", "1.0.0", "1.1.0", "1.2.0-rc.1", "2.0.0", "2.1.0"];
const range = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom("*", "", "latest", "<2", ">=1", "0.9 || 2", "1 || 2", "^1", "<=1.0.0") },
  { weight: 6, arbitrary: fc.constantFrom("^2", "1.0.0", "^1.2.0-rc", "~1.1") },
  { weight: 6, arbitrary: fc.constantFrom(">=1.2.0-rc", "<2 || ^1.2.0-rc", "<=1.2.0-rc.1") },
  { weight: 1, arbitrary: fc.constant("nonsense") },
);
const status = fc.oneof(
  { weight: 9, arbitrary: fc.constant("active" as const) },
  { weight: 3, arbitrary: fc.constantFrom("deprecated" as const, "archived" as const, "draft" as const) },
);

const wantsOf = (targets: readonly Resource[], maxLength: number) =>
  fc.array(fc.record({ resource: fc.constantFrom(...targets), range }), { maxLength });

const candidatesOf = (resource: Resource) => {
  const targets =
    resource.kind === "agent"
      ? resources.filter(({ kind }) => kind === "agent")
      : [...resources, ...resources, ...resources.filter(({ kind }) => kind === "agent"), template("root")];
  const candidate = fc.record({ number: fc.constantFrom(...numbers), status, dependencies: wantsOf(targets, 2) });
  return fc
    .uniqueArray(candidate, { minLength: 2, maxLength: 3, selector: ({ number }) => number })
    .map((made) => made.map((one) => version(resource, one.number, one.dependencies, one.status)));
};

/** Small graphs with everything in them that may go wrong, and what is wanted of them. */
export const smallWorld = fc
  .tuple(
    fc.tuple(...resources.map((resource) => fc.option(candidatesOf(resource), { freq: 25 }))),
    wantsOf([...resources, ...resources, template("root")], 3),
    wantsOf(resources, 1),
  )
  .map(([lists, ofRoot, ofEnvironment]) => ({
    world: new Map(
      resources.flatMap((resource, index) => {
        const list = lists[index];
        return list ? [[keyOf(resource), list] as const] : [];
      }),
    ) as World,
    requirements: [
      ...rootWants(...ofRoot),
      ...ofEnvironment.map((one): AskedRequirement => ({ ...one, by: { kind: "environment", name: "production" } })),
    ],
  }));

const tangled = [template("a"), agent("w"), agent("x"), agent("y"), agent("z")];
const majors = ["1.0.0", "2.0.0", "3.0.0"];
/** Any two of the three versions, or one of them. */
const someMajors = fc.constantFrom("1 || 2", "1 || 3", "2 || 3", "1 || 2", "1 || 3", "2 || 3", "1", "2", "3");

/** Graphs in which everything depends on everything, so that few choices fit, if any: they take much going back. */
export const tangledWorld = fc
  .tuple(
    ...tangled.map((resource) => {
      const targets = tangled.filter((other) => other !== resource && other.kind === "agent");
      const dependency = fc.record({ resource: fc.constantFrom(...targets), range: someMajors });
      const dependencies = fc.uniqueArray(dependency, {
        minLength: 1,
        maxLength: 3,
        selector: (one) => one.resource,
      });
      return fc
        .tuple(dependencies, dependencies, dependencies)
        .map((lists) => lists.map((list, index) => version(resource, majors[index] as string, list)));
    }),
  )
  .map((lists) => ({
    world: new Map(tangled.map((resource, index) => [keyOf(resource), lists[index] ?? []])) as World,
    requirements: rootWants(want(template("a"), "*"), want(agent("z"), "*")),
  }));
