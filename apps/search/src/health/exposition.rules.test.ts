import fc from "fast-check";
import { Gauge, Registry } from "prom-client";
import { expect, it } from "vitest";
import { parseExposition } from "./exposition.rules.ts";

it("reads names, labels and values; comments and rubbish are left out", () => {
  const text = [
    "# HELP up Is it up",
    "# TYPE up gauge",
    "up 1",
    'requests_total{operation="getAgent",status="200"} 12 1700000000000',
    'bucket{le="+Inf"} +Inf',
    "away NaN",
    "<html>no metrics</html>",
    "",
  ].join("\n");
  expect(parseExposition(text)).toEqual([
    { name: "up", labels: {}, value: 1 },
    { name: "requests_total", labels: { operation: "getAgent", status: "200" }, value: 12 },
    { name: "bucket", labels: { le: "+Inf" }, value: Number.POSITIVE_INFINITY },
  ]);
});

it("reads back whatever prom-client writes", async () => {
  const number = fc.double({ noNaN: true });
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.string({ unit: "binary" }), number, async (first, second, value) => {
      const registry = new Registry();
      const gauge = new Gauge({ name: "g", help: "a gauge", labelNames: ["a", "b"], registers: [registry] });
      gauge.set({ a: first, b: second }, value);
      expect(parseExposition(await registry.metrics())).toEqual([
        { name: "g", labels: { a: first, b: second }, value: value + 0 },
      ]);
    }),
    { numRuns: 40 },
  );
});

it("is quick, however hostile the text", () => {
  const startedAt = performance.now();
  for (const piece of ['a{b="', "a{", 'a{b="\\', "a ", 'a="b",']) parseExposition(`x{${piece.repeat(100_000)}`);
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});
