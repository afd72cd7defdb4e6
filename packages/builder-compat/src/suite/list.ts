import { describe, expect, it } from "vitest";
import { BuilderTemplate, TemplateList } from "../answers.ts";
import { least } from "../bodies.ts";
import { expectAnswer } from "../expect-answer.ts";
import { isAfter } from "../instant.ts";
import { knownFieldsOf } from "../known-fields.ts";
import { builder, type Connect, emptyBuilder } from "./given.ts";

const seeds = ["Campaign Tracker Digest", "Daily Focus Coach", "Meeting Prep Companion"];
type Builder = Awaited<ReturnType<typeof builder>>;

const templatesOf = async ({ list }: Pick<Builder, "list">) => expectAnswer(await list(), 200, TemplateList).templates;
const namesOf = async (caller: Pick<Builder, "list">) => (await templatesOf(caller)).map(({ name }) => name).sort();

const declareSeeds = (connect: Connect): void => {
  it("an empty store shows the three seeds, and the same three the second time", async (context) => {
    const caller = await emptyBuilder(connect, context);
    const first = await templatesOf(caller);
    expect(first.map(({ name }) => name).sort()).toEqual(seeds);
    expect((await templatesOf(caller)).map(knownFieldsOf)).toEqual(first.map(knownFieldsOf));
  });

  it("many first readers at once do not seed twice", async (context) => {
    const caller = await emptyBuilder(connect, context);
    const lists = await Promise.all(Array.from({ length: 8 }, () => namesOf(caller)));
    expect(lists).toEqual(Array.from({ length: 8 }, () => seeds));
    expect(await namesOf(caller)).toEqual(seeds);
  });

  it("a seed is a template like others: a change of it stays, and does not bring it back", async (context) => {
    const caller = await emptyBuilder(connect, context);
    const [seed] = await templatesOf(caller);
    const body = { instructions: "Ours now." };
    expect((await caller.update(String(seed?.id), body)).status).toBe(200);
    const changed = (await templatesOf(caller)).find(({ id }) => id === seed?.id);
    expect(changed).toMatchObject({ name: seed?.name, instructions: "Ours now." });
    expect(await namesOf(caller)).toEqual(seeds);
  });
};

const declareOrder = (connect: Connect): void => {
  it("the latest update comes first: an old template that is changed moves before newer ones", async () => {
    const caller = await builder(connect);
    const [old, newer] = [await caller.given(), await caller.given()];
    const changed = expectAnswer(await caller.update(old.id, { description: "Changed." }), 200, BuilderTemplate);
    expect(isAfter(newer.updatedAt, changed.updatedAt)).toBe(false);
    const listed = (await templatesOf(caller)).filter(({ updatedAt }) => !isAfter(newer.updatedAt, updatedAt));
    expect(listed.map(({ id }) => id)).toEqual(expect.arrayContaining([changed.id, newer.id]));
  });

  it("without parameters it holds every template, without pages: 120 of 120", async () => {
    const caller = await builder(connect);
    const made: string[] = [];
    for (let number = 1; number <= 120; number += 1) {
      made.push((await caller.given({ name: `Compat ${number}` })).id);
    }
    const listed = new Set((await templatesOf(caller)).map(({ id }) => id));
    expect(made.filter((id) => !listed.has(id))).toEqual([]);
  });

  it("a template in the list is what its creation answered, and names need not differ", async () => {
    const caller = await builder(connect);
    const made = [await caller.given(), await caller.given()];
    const listed = await templatesOf(caller);
    expect(made.map(({ name }) => name)).toEqual([least().name, least().name]);
    const found = made.map(({ id }) => listed.filter((template) => template.id === id).map(knownFieldsOf));
    expect(found).toEqual(made.map((template) => [knownFieldsOf(template)]));
  });
};

/** GET /builder/templates. */
export const declareList = (connect: Connect): void => {
  describe("GET /builder/templates", () => {
    declareSeeds(connect);
    declareOrder(connect);
  });
};
