import { describe, it } from "vitest";
import { BuilderTemplate } from "../answers.ts";
import { compileBody, least, textItem } from "../bodies.ts";
import { expectAnswerOrRefusal, expectNoFault } from "../expect-answer.ts";
import { addressedRoutes, routes, writingRoutes } from "../routes.ts";
import { builder, type Connect } from "./given.ts";

const ids = [
  "tmpl_",
  "tmpl_nope",
  "00000000-0000-0000-0000-000000000000",
  "1",
  "TMPL_00000000-0000-0000-0000-000000000000",
  "%27%20OR%201%3D1--",
  "%00",
  "%F0%9F%99%82",
  "%ZZ",
  "tmpl_%2F..%2Fx",
  "x".repeat(2_000),
];
const megabyte = "m".repeat(1024 * 1024);

/** Bodies that no form expects but somebody sends. */
const oddTexts = [
  '{"__proto__": {"name": "x"}}',
  '{"constructor": {"prototype": {"name": "x"}}}',
  '{"name": "a\\u0000b", "instructions": "a\\u0000b", "input": [{"id": "a", "type": "input_text", "text": "\\u0000"}]}',
  '{"name": "\\ud800", "instructions": "\\udfff", "input": [{"id": "a", "type": "input_text", "text": "\\ud800"}]}',
  '{"name": "", "instructions": "", "input": []}',
  '{"tenantId": "\\u0000", "variables": {"x": "\\u0000", "": "y"}}',
  '{"tenantId": "", "variables": {}}',
  '{"maxToolCalls": 1e400, "name": "x"}',
  `${'{"historyPlan":'.repeat(200)}1${"}".repeat(200)}`,
  "{}",
  "",
];

/** Templates that may be taken or not. */
const oddTemplates = {
  "a negative number of tool calls": { maxToolCalls: -1 },
  "half a tool call": { maxToolCalls: 1.5 },
  "very many tool calls": { maxToolCalls: 1e15 },
  "no input": { input: [] },
  "an image without address": { input: [{ id: "in_1", type: "input_image" }] },
  "audio without format": { input: [{ id: "in_1", type: "input_audio", audio: "x" }] },
  "two input items with one id": { input: [textItem("a"), textItem("b")] },
  "a tool that does not exist": { tools: { builtin: ["teleport"] } },
  "a tool without a type": { tools: { builtin: [{}] } },
  "a number as tool choice": { toolChoice: 5 },
  "a text as history plan": { historyPlan: "short" },
  "a list as conversation policy": { conversationPolicy: [] },
  "a field that does not exist": { unheardOf: true },
  "a name of 5,000 characters": { name: "x".repeat(5_000) },
  "1,000 keys of metadata": {
    metadata: Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`k${index}`, "v"])),
  },
};

const declareSizes = (connect: Connect): void => {
  const bodies = [
    { name: "create", path: () => "", method: "POST", body: least({ instructions: megabyte }) },
    { name: "update", path: (id: string) => `/${id}`, method: "PUT", body: { description: megabyte } },
    { name: "deploy", path: (id: string) => `/${id}/deploy`, method: "POST", body: { environment: megabyte } },
    { name: "compile", path: (id: string) => `/${id}/compile`, method: "POST", body: compileBody({ x: megabyte }) },
    { name: "run", path: (id: string) => `/${id}/run`, method: "POST", body: compileBody({ x: megabyte }) },
  ] as const;
  it.each(bodies)("a body of 1 MB is taken or refused: $name", async ({ method, path, body }) => {
    const { given, send } = await builder(connect);
    const { id } = await given();
    expectNoFault(await send({ method, path: path(id), body }));
  });

  it("a template that grows when it is compiled is compiled or refused", async () => {
    const { given, compile } = await builder(connect);
    const { id } = await given({ instructions: "{{ x }}".repeat(100) });
    expectNoFault(await compile(id, compileBody({ x: "m".repeat(10_000) })));
  });
};

/** Never a 5xx, whatever is sent. */
export const declareHostileInput = (connect: Connect): void => {
  describe("never a fault", () => {
    it.each(addressedRoutes)("ids of another form: $name", async ({ method, path, body }) => {
      const { send } = await builder(connect);
      for (const id of ids) expectNoFault(await send({ method, path: path(id), body }));
    });

    it.each(writingRoutes)("odd bodies: $name", async ({ method, path }) => {
      const { given, send } = await builder(connect);
      const { id } = await given();
      for (const text of oddTexts) expectNoFault(await send({ method, path: path(id), text }));
    });

    it.each(Object.entries(oddTemplates))("a template with %s is taken or refused", async (_, change) => {
      const { create } = await builder(connect);
      expectAnswerOrRefusal(await create(least(change)), 201, BuilderTemplate);
    });

    it("parameters that nobody asked for: every operation", async () => {
      const { given, send } = await builder(connect);
      const { id } = await given();
      for (const { method, path, body } of routes) {
        expectNoFault(await send({ method, path: `${path(id)}?limit=abc&cursor=%00&x[]=1`, body }));
      }
    });

    declareSizes(connect);
  });
};
