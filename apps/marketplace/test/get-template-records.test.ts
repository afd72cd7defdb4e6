import { unwrap } from "@nofx/client";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { everyRecord, manyTemplates, someTemplates } from "./records.ts";

const keyOf = ({ tenant, templateId }: { tenant: string; templateId: string }) => ({ tenant, templateId });

describe("getTemplateRecords", () => {
  it("200: those that there are, each once, in the order of the list, whatever is asked for", async () => {
    const { world, service } = await someTemplates();
    await manyTemplates(world, 12, 1);
    const all = (await everyRecord(service, 5)).flat();
    expect(all).toHaveLength(16);
    const absent = [
      { tenant: "acme", templateId: "nobody" },
      { tenant: "nowhere", templateId: "release-notes" },
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...all.map(keyOf), ...absent), { minLength: 1, maxLength: 40 }),
        async (keys) => {
          const { records } = await unwrap(service.getTemplateRecords({ body: { keys } }));
          const wanted = new Set(keys.map((key) => JSON.stringify(key)));
          expect(records).toEqual(all.filter((record) => wanted.has(JSON.stringify(keyOf(record)))));
        },
      ),
      { numRuns: 25 },
    );
    const { records } = await unwrap(service.getTemplateRecords({ body: { keys: all.map(keyOf) } }));
    expect(records).toEqual(all);
  });

  it("400: none, or more than 200", async () => {
    const { service } = await someTemplates();
    const ask = (length: number) =>
      service.getTemplateRecords({
        body: { keys: Array.from({ length }, () => ({ tenant: "acme", templateId: "a" })) },
      });
    expect(await ask(0)).toBeProblem(400, "request_invalid");
    expect(await ask(201)).toBeProblem(400, "request_invalid");
    expect((await unwrap(ask(200))).records).toEqual([]);
  });

  it("401 and 403: for services only", async () => {
    const { world, acme } = await someTemplates();
    const body = { keys: [{ tenant: "acme", templateId: "hidden" }] };
    expect(await world.anonymous.getTemplateRecords({ body })).toBeProblem(401, "unauthenticated");
    for (const client of [world.operator, acme])
      expect(await client.getTemplateRecords({ body })).toBeProblem(403, "forbidden");
  });
});
