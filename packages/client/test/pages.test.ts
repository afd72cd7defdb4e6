import { describe, expect, expectTypeOf, it } from "vitest";
import type { z } from "zod";
import { items, ProblemError, pages } from "../src/index.ts";
import { json, type Respond, refusal, type Thing, thing, useServer } from "./things.ts";

const wire = useServer();

/** Three pages of two things each. */
const threePages: Respond = (request, response, body) => {
  const from = Number(new URLSearchParams(request.url?.split("?")[1]).get("cursor") ?? 0);
  const things = [from, from + 1].map((size) => ({ ...thing, size }));
  json(200, { things, ...(from < 4 && { nextCursor: String(from + 2) }) })(request, response, body);
};

describe("pages", () => {
  it("come one after the other until there is none left, each asked with the same filters", async () => {
    wire.respond = threePages;
    const sizes: number[][] = [];
    for await (const page of pages(wire.things.listThings, { limit: 2, tag: "x" }, { headers: { "x-a": "b" } })) {
      expectTypeOf(page.things).toEqualTypeOf<z.output<typeof Thing>[]>();
      sizes.push(page.things.map(({ size }) => size));
    }
    expect(sizes).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
    expect(wire.seen.map(({ url }) => url)).toEqual([
      "/things?limit=2&tag=x",
      "/things?limit=2&cursor=2&tag=x",
      "/things?limit=2&cursor=4&tag=x",
    ]);
    expect(wire.seen.every(({ headers }) => headers["x-a"] === "b")).toBe(true);
  });

  it("are asked for only as they are used", async () => {
    wire.respond = threePages;
    for await (const _page of pages(wire.things.listThings)) break;
    expect(wire.seen).toHaveLength(1);
  });

  it("that are refused are an error", async () => {
    wire.respond = refusal(400, "cursor_invalid");
    await expect(pages(wire.things.listThings, { cursor: "no" }).next()).rejects.toThrow(ProblemError);
  });

  it("that do not go on are an error, not a loop", async () => {
    wire.respond = json(200, { things: [], nextCursor: "same" });
    const all = pages(wire.things.listThings);
    await all.next();
    await all.next();
    await expect(all.next()).rejects.toThrow('does not go on behind "same"');
  });

  it("are what lists have, and what a list needs must be given", () => {
    // @ts-expect-error getThing answers no page
    void (() => pages(wire.things.getThing, { id: "a" }));
    // @ts-expect-error a number is no cursor
    void (() => pages(wire.things.listThings, { cursor: 1 }));
  });
});

describe("items", () => {
  it("come as if there were no pages", async () => {
    wire.respond = threePages;
    const sizes: number[] = [];
    for await (const item of items(wire.things.listThings, { limit: 2 })) {
      expectTypeOf(item).toEqualTypeOf<z.output<typeof Thing>>();
      sizes.push(item.size);
    }
    expect(sizes).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it.each([{}, { things: [], others: [] }])("of an answer that is not one list, %j, are an error", async (body) => {
    wire.respond = json(200, body);
    await expect(items(wire.things.listThings).next()).rejects.toThrow("no page of one list");
  });
});
