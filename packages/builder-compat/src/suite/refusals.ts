import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type BuilderTemplate, TemplateList } from "../answers.ts";
import { full, least, textItem } from "../bodies.ts";
import { expectAnswer, expectInvalid } from "../expect-answer.ts";
import { knownFieldsOf } from "../known-fields.ts";
import { AdminRequired, NotFound } from "../refusals.ts";
import { addressedRoutes, type Route, routes, writingRoutes } from "../routes.ts";
import { builder, type Connect } from "./given.ts";

const strangers = [null, "Bearer garbage", "Bearer x", "Bearer", "Basic YWRtaW46YWRtaW4=", "admin"];
const message = (route: Route, id: string) => ({ method: route.method, path: route.path(id), body: route.body });

const declareAccess = (connect: Connect): void => {
  it.each(routes)('401 {error: "admin required"}: $name without a token, or with one that is none', async (route) => {
    const { given, send } = await builder(connect);
    const { id } = await given();
    for (const authorization of strangers) {
      expectAnswer(await send({ ...message(route, id), authorization }), 401, AdminRequired);
    }
  });

  it("401 comes first: strangers learn neither whether a template exists nor what is wrong", async () => {
    const { send } = await builder(connect);
    for (const { method, path, wrong } of writingRoutes) {
      const absent = { method, path: path(`tmpl_${randomUUID()}`), body: wrong };
      expectAnswer(await send({ ...absent, authorization: null }), 401, AdminRequired);
    }
  });

  it.each(addressedRoutes)('404 {error: "not found"}: $name of a template that does not exist', async (route) => {
    const { send } = await builder(connect);
    expectAnswer(await send(message(route, `tmpl_${randomUUID()}`)), 404, NotFound);
  });
};

const declareWrongBodies = (connect: Connect): void => {
  it.each(writingRoutes)(
    "400: $name names every wrong field at once, and each alone",
    async ({ method, path, wrong, body }) => {
      const { given, send } = await builder(connect);
      const { id } = await given();
      expectInvalid(await send({ method, path: path(id), body: wrong }), Object.keys(wrong));
      for (const [field, value] of Object.entries(wrong)) {
        expectInvalid(await send({ method, path: path(id), body: { ...(body as object), [field]: value } }), [field]);
      }
    },
  );

  it.each(writingRoutes)("400: $name does not take what is no object", async ({ method, path }) => {
    const { given, send } = await builder(connect);
    const { id } = await given();
    for (const body of [null, [], "text", 5, true]) expectInvalid(await send({ method, path: path(id), body }));
  });

  it.each(writingRoutes)("400: $name does not take malformed JSON", async ({ method, path }) => {
    const { given, send } = await builder(connect);
    const { id } = await given();
    for (const text of ["{", '{"name": "x",}', "nothing", "[".repeat(10_000)]) {
      expectInvalid(await send({ method, path: path(id), text }));
    }
  });

  it("400: a new template names all that is missing", async () => {
    const { create } = await builder(connect);
    expectInvalid(await create({}), ["name", "instructions", "input"]);
  });

  const channels = { slack: "on", email: false, inApp: true };
  const wrongInside = {
    input: [[{ ...textItem("x"), type: "input_video" }], [{ ...textItem("x"), text: 5 }], ["x"], [null]],
    channels: [channels],
    metadata: [{ a: { b: "c" } }, { a: null }],
    tools: [{ include: "x" }, { include: [5] }],
  };
  it.each(Object.entries(wrongInside))("400 names %s if something inside it is wrong", async (field, wrong) => {
    const { given, create, update } = await builder(connect);
    const { id } = await given();
    for (const value of wrong) {
      expectInvalid(await create(least({ [field]: value })), [field]);
      expectInvalid(await update(id, { [field]: value }), [field]);
    }
  });

  it("a refused PUT changes nothing, not even what was right in it", async () => {
    const { given, update, list } = await builder(connect);
    const before = await given(full);
    expectInvalid(await update(before.id, { name: "Right", metadata: { count: 1 } }), ["metadata"]);
    const { templates } = expectAnswer(await list(), 200, TemplateList);
    const after = templates.find(({ id }) => id === before.id) as BuilderTemplate;
    expect(knownFieldsOf(after)).toEqual(knownFieldsOf(before));
    expect(after.updatedAt).toBe(before.updatedAt);
  });
};

/** What every operation refuses, and how. */
export const declareRefusals = (connect: Connect): void => {
  describe("refusals", () => {
    declareAccess(connect);
    declareWrongBodies(connect);
  });
};
