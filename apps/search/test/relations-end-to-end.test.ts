import { unwrap } from "@nofx/client";
import { manifest } from "@nofx/testkit";
import { expect, it } from "vitest";
import { world } from "./world.ts";

it("what is published is related within moments: an agent that depends on another one", async () => {
  const { person, operator } = await world();
  const { tenant, registry, search } = await person("publisher");
  const { entryPrompt } = manifest().manifest;
  const publish = async (agentId: string, agents: Record<string, string> = {}) =>
    await unwrap(
      registry.publishAgent({ body: manifest({ agentId, manifest: { entryPrompt, dependencies: { agents } } }) }),
    );
  await publish("linter");
  await publish("review", { linter: "^1.0.0" });
  const related = async () => {
    const found = await search.getRelations({ type: "agent", id: "linter", direction: "used-by" });
    return found.ok ? found.body.edges : [];
  };
  await expect
    .poll(related, { timeout: 20_000 })
    .toMatchObject([
      { from: { type: "agent", tenant, id: "review" }, to: { id: "linter" }, range: "^1.0.0", version: "1.0.0" },
    ]);
  const health = async () => (await unwrap(operator.getSystemHealth())).index;
  await expect
    .poll(health, { timeout: 20_000 })
    .toMatchObject({ status: "ok", documents: 2, records: { agents: 2, templates: 0 } });
  const impact = await unwrap(search.getRelationImpact({ type: "agent", id: "linter", version: "1.0.0" }));
  expect(impact.dependents).toMatchObject([{ id: "review", reason: "range", breaks: true }]);
});
