import { unwrap } from "@nofx/client";
import { beforeEach, describe, expect, it } from "vitest";
import { breakable, planned, publishAgent, storedRows, tooManyAgents } from "./agents.ts";
import { type MarketplaceClient, marketplace, type Person, type TestMarketplace } from "./marketplace.ts";
import { prompt, type TemplateBody } from "./templates.ts";

describe("testTemplate", () => {
  const { state, fetchRegistry } = breakable();
  let world: TestMarketplace;
  let acme: Person;
  let alice: MarketplaceClient;
  beforeEach(async () => {
    state.isDown = false;
    world = await marketplace({}, { fetchRegistry });
    acme = await world.person("publisher", "acme");
    alice = world.as(acme);
    for (const version of ["1.0.0", "1.1.0", "2.0.0"]) await publishAgent(world, acme, "collector", version);
    await publishAgent(world, acme, "editor", "1.0.0");
  });

  const version = "$.steps[?@.id=='collect'].agent.version";
  const failed = (
    cases: readonly {
      name: string;
      resolution?: string | undefined;
      environment?: string | undefined;
      passed: boolean;
    }[],
  ) => cases.filter(({ passed }) => !passed).map((one) => `${one.name} ${one.environment ?? "-"} ${one.resolution}`);

  it("200: each test with the highest and the lowest versions, beside inputs that are made; nothing is kept", async () => {
    const tests = [
      { name: "fine", variables: { since: "v1" }, plan: [{ path: "$.steps[0].inputs.since", equals: "v1" }] },
      { name: "highest only", variables: { since: "v1" }, plan: [{ path: version, equals: "2.0.0" }] },
      { name: "refused", variables: {}, expect: { errors: [{ path: "$.variables.since", code: "missing" }] } },
    ];
    const before = await storedRows(world);
    const { report } = await unwrap(alice.testTemplate({ body: planned({ tests }) }));
    expect(failed(report.cases)).toEqual(["highest only - lowest"]);
    expect(report.failed).toBe(1);
    expect(report.cases.filter(({ kind, passed }) => kind === "generated" && passed).length).toBeGreaterThan(0);
    expect(await storedRows(world)).toBe(before);
  });

  it("200: in each environment with the versions of agents that it wants", async () => {
    const environments = { production: { agents: { collector: "<2" } }, staging: {} };
    const tests = [{ name: "below 2", variables: { since: "v1" }, plan: [{ path: version, matches: "^1\\." }] }];
    const { report } = await unwrap(alice.testTemplate({ body: planned({ environments, tests }) }));
    expect(failed(report.cases)).toEqual(["below 2 staging highest"]);
  });

  it("200: a prompt's tests look at its request", async () => {
    const environments = { production: { variables: { goal: "ship" } } };
    const tests = [
      {
        name: "asks",
        variables: { open: "two" },
        plan: [{ path: "$.request.instructions", includes: "things for ship" }],
      },
    ];
    const content = { ...prompt().content, environments, tests } as TemplateBody["content"];
    state.isDown = true;
    const { report } = await unwrap(alice.testTemplate({ body: prompt({ content }) }));
    expect([report.failed, failed(report.cases)]).toEqual([0, []]);
    expect(report.passed).toBeGreaterThan(1);
  });

  it("422 manifest_invalid: what publishing would object to", async () => {
    const body = { ...planned(), version: "one" };
    expect(await alice.testTemplate({ body })).toBeProblem(422, "manifest_invalid");
  });

  it("422 dependencies_unsatisfiable and dependencies_too_complex, in an environment too", async () => {
    const environments = { next: { agents: { collector: "^9.0.0" } } };
    const refused = await alice.testTemplate({ body: planned({ environments }) });
    expect(refused).toBeProblem(422, "dependencies_unsatisfiable");
    expect(refused).toMatchObject({ problem: { conflict: { wanted: [{ by: "environment next" }] } } });
    const agents = await tooManyAgents(world, acme);
    const large = await alice.testTemplate({ body: planned({ dependencies: { agents } }) });
    expect(large).toBeProblem(422, "dependencies_too_complex");
  });

  it("401 for nobody in particular, and 503 dependency_unavailable while the registry is down", async () => {
    expect(await world.anonymous.testTemplate({ body: planned() })).toBeProblem(401, "unauthenticated");
    state.isDown = true;
    expect(await alice.testTemplate({ body: planned() })).toBeProblem(503, "dependency_unavailable");
  });
});
