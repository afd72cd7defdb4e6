import { expect, it } from "vitest";
import { percentile, readYourWrites } from "../read-your-writes.ts";
import { world } from "../world.ts";

it("what was published is found at once, 200 times of 200", async () => {
  const { found, tookMs } = await readYourWrites(await world(), 200);
  console.log({ found, p50Ms: percentile(tookMs, 50), p95Ms: percentile(tookMs, 95), maxMs: percentile(tookMs, 100) });
  expect(found).toBe(200);
  expect(percentile(tookMs, 95)).toBeLessThanOrEqual(100);
});
