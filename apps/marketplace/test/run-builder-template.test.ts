import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { unwrap } from "@nofx/client";
import { describe, expect, it, onTestFinished } from "vitest";
import { marketplace } from "./marketplace.ts";
import { nobodys, withPrompt } from "./prompts.ts";

const body = { variables: { goal: "ship", tasks: "two" } };

/** A server that speaks as much of the Responses API as a test wants. */
const runner = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`;
};

const output = [
  { type: "reasoning", summary: [{ type: "summary_text", text: "First the release." }] },
  {
    type: "message",
    role: "assistant",
    content: [
      { type: "output_text", text: "Ship it." },
      { type: "refusal", refusal: "Not the other one." },
    ],
  },
  { type: "function_call", name: "x" },
];

describe("runBuilderTemplate", () => {
  it("201 not_configured without a runner: what it would get, for `default`", async () => {
    const { client, id } = await withPrompt(await marketplace(), { historyPlan: { keep: 5 } });
    const run = await unwrap(client.runBuilderTemplate({ id, body }));
    expect(run).toMatchObject({ status: "not_configured", historyPlan: { keep: 5 }, bufferedMessages: [] });
    expect(run.runId).toMatch(/^run_[0-9a-f-]{36}$/);
    expect(run.compiled).toMatchObject({ tenantId: "default", request: { instructions: "Help with ship." } });
  });

  it("201: the runner gets the request with its token, and its answer is told in the builder's words", async () => {
    const got: { url: string | undefined; authorization: string | undefined; body: unknown }[] = [];
    const url = await runner(async (request, response) => {
      const { url: path, headers } = request;
      got.push({ url: path, authorization: headers.authorization, body: JSON.parse(await text(request)) });
      response
        .setHeader("content-type", "application/json")
        .end(JSON.stringify({ id: "resp_1", status: "queued", output }));
    });
    const world = await marketplace({ RUNNER_URL: url, RUNNER_TOKEN: "secret-of-the-runner" });
    const tools = { builtin: ["web_search", { type: "mcp", server_url: "https://example.com" }], include: ["x"] };
    const { client, id } = await withPrompt(world, { tools, maxToolCalls: 2, toolChoice: "auto" });
    const { runId, ...run } = await unwrap(client.runBuilderTemplate({ id, body: { ...body, background: true } }));
    expect(runId).toMatch(/^run_/);
    expect(run).toEqual({
      status: "queued",
      responseId: "resp_1",
      bufferedMessages: [{ role: "assistant", text: "Ship it." }],
      reasoning: ["First the release."],
      refusals: ["Not the other one."],
      historyPlan: null,
    });
    expect(got).toEqual([
      {
        url: "/v1/responses",
        authorization: "Bearer secret-of-the-runner",
        body: {
          model: "gpt-4.1-mini",
          instructions: "Help with ship.",
          input: [{ role: "user", content: [{ type: "input_text", text: "Open: two" }] }],
          metadata: { template_id: id, template_name: "Coach", safety_identifier: "focus-coach" },
          safety_identifier: "focus-coach",
          tools: [{ type: "web_search" }, { type: "mcp", server_url: "https://example.com" }],
          include: ["x"],
          max_tool_calls: 2,
          tool_choice: "auto",
          background: true,
        },
      },
    ]);
    expect(world.logged()).not.toContain("secret-of-the-runner");
  });

  it.each<[string, RequestListener]>([
    ["refuses", (_request, response) => response.writeHead(400).end('{"error":{}}')],
    ["answers something else", (_request, response) => response.end('{"id":7}')],
    ["answers no JSON", (_request, response) => response.end("<html>")],
  ])("502 runner_failed: the runner %s", async (_what, listener) => {
    const { client, id } = await withPrompt(await marketplace({ RUNNER_URL: await runner(listener) }));
    expect(await client.runBuilderTemplate({ id, body })).toBeProblem(502, "runner_failed");
  });

  it("503 runner_unavailable: nobody is there, or the runner takes too long; with Retry-After", async () => {
    const silent = await runner(() => undefined);
    for (const url of ["http://127.0.0.1:9/v1", silent]) {
      const { client, id } = await withPrompt(await marketplace({ RUNNER_URL: url, RUNNER_TIMEOUT_MS: "200" }));
      const refused = await client.runBuilderTemplate({ id, body });
      expect(refused).toBeProblem(503, "runner_unavailable");
      expect(refused.headers.get("retry-after")).toBe("5");
    }
  });

  it("400 variable_missing, 404 template_not_found: nothing is sent", async () => {
    let calls = 0;
    const url = await runner((_request, response) => {
      calls += 1;
      response.end();
    });
    const { client, id } = await withPrompt(await marketplace({ RUNNER_URL: url }));
    expect(await client.runBuilderTemplate({ id, body: { variables: {} } })).toBeProblem(400, "variable_missing");
    expect(await client.runBuilderTemplate({ id: nobodys, body })).toBeProblem(404, "template_not_found");
    expect(calls).toBe(0);
  });
});
