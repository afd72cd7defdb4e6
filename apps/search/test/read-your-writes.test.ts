import { expect, it } from "vitest";
import { readYourWrites } from "./read-your-writes.ts";
import { world } from "./world.ts";

it("what was published is found by a search that waits for its change", async () => {
  const { found } = await readYourWrites(await world(), 10);
  expect(found).toBe(10);
});

it("200: says so when a change does not arrive within two seconds, and answers nevertheless", async () => {
  const { anonymous, metrics } = await world();
  const startedAt = performance.now();
  const unknown = "0b54b9a2-6c1c-4d0c-9d0e-4c7b7f3f8a11";
  const answered = await anonymous.unifiedSearch({ q: "review", min_change: unknown });
  expect(answered).toMatchObject({ status: 200, body: { freshness: { satisfied: false } } });
  expect(performance.now() - startedAt).toBeGreaterThan(1_900);
  expect(performance.now() - startedAt).toBeLessThan(4_000);
  expect(await metrics()).toMatch(/^nofx_search_waits_total\{outcome="late",.*\} 1$/m);
});
