import { readFileSync } from "node:fs";
import { join } from "node:path";
import { registryContract } from "@nofx/contract-registry";
import { openApiDocument } from "@nofx/service-kit";
import { lintFromString, loadConfig } from "@redocly/openapi-core";
import { describe, expect, it } from "vitest";
import { registry } from "./registry.ts";

const config = await loadConfig({ configPath: join(import.meta.dirname, "../../../redocly.yaml") });
const committed = readFileSync(join(import.meta.dirname, "../openapi.json"), "utf8");

/** What the linter finds, warnings included: rule and place. */
const findings = async (source: string): Promise<string[]> =>
  (await lintFromString({ source, absoluteRef: "openapi.json", config })).map(
    ({ ruleId, message, location }) => `${ruleId}: ${location[0]?.pointer ?? ""} ${message}`,
  );

/** The committed document, changed. */
const changed = (change: (document: Record<string, never>) => void): string => {
  const document = JSON.parse(committed) as Record<string, never>;
  change(document);
  return JSON.stringify(document);
};

type Node = Record<string, Record<string, unknown>>;
const publish = (document: Record<string, Node>) =>
  document.paths?.["/api/agents/publish"]?.post as unknown as Record<string, unknown> & {
    requestBody: { content: Node };
    responses: Record<string, { content: Node; headers: Node }>;
  };

describe("the OpenAPI document", () => {
  it("is that of the contract", () => {
    expect(JSON.parse(committed)).toEqual(JSON.parse(JSON.stringify(openApiDocument(registryContract))));
  });

  it("gives the linter nothing to say", async () => {
    expect(await findings(committed)).toEqual([]);
  });

  it.each<[string, string, (operation: ReturnType<typeof publish>) => void]>([
    ["a summary", "operation-summary", (operation) => delete operation.summary],
    ["a description", "operation-description", (operation) => delete operation.description],
    [
      "errors",
      "operation-4xx-response",
      (operation) => {
        for (const status of Object.keys(operation.responses))
          if (/^[45]/.test(status)) delete operation.responses[status];
      },
    ],
    [
      "an example of its body",
      "rule/request-has-example",
      ({ requestBody }) => {
        delete requestBody.content["application/json"]?.example;
      },
    ],
    [
      "an example of its answer",
      "rule/answer-has-example",
      ({ responses }) => {
        delete responses["200"]?.content["application/json"]?.example;
      },
    ],
    [
      "examples of its errors",
      "rule/problem-has-examples",
      ({ responses }) => {
        delete responses["409"]?.content["application/problem+json"]?.examples;
      },
    ],
    [
      "Retry-After where it applies",
      "response-contains-header",
      ({ responses }) => {
        delete responses["503"]?.headers["Retry-After"];
      },
    ],
    [
      "an example that fits",
      "no-invalid-media-type-examples",
      ({ requestBody }) => {
        Object.assign(requestBody.content["application/json"] ?? {}, { example: { agentId: 1 } });
      },
    ],
  ])("refuses an operation without %s", async (_what, rule, change) => {
    const found = await findings(changed((document) => change(publish(document))));
    expect(found.map((line) => line.split(": ")[0])).toContain(rule);
  });

  it("has problems as examples that look as the service answers them", async () => {
    const { anonymous } = await registry();
    const answered = await anonymous.getAgent({ agentId: "nothing", tenant: "acme" });
    const { components } = JSON.parse(committed) as { components: { examples: Record<string, { value: object }> } };
    const example = components.examples.agent_not_found?.value;
    if (answered.ok) throw new Error("found");
    const { instance: _, correlationId, ...problem } = answered.problem;
    expect(example).toEqual({ ...problem, correlationId: expect.any(String) });
    expect(correlationId).toMatch(/./);
  });

  it("has examples that are true: what they send is answered as they say", async () => {
    const { as, given } = await registry();
    const publisher = as(await given.publisher("acme"));
    const { publishAgent, validateAgent, getAgentVersion } = registryContract.operations;
    type Body = Parameters<typeof publisher.publishAgent>[0]["body"];
    const bodyOf = ({ example }: typeof publishAgent | typeof validateAgent) => example.arguments?.body as Body;
    expect(await publisher.publishAgent({ body: bodyOf(publishAgent) })).toMatchObject({
      status: 201,
      body: { version: { digest: (publishAgent.example.answer as { version: { digest: string } }).version.digest } },
    });
    const version = await publisher.getAgentVersion({ agentId: "code-review", version: "2.0.0" });
    expect(version).toMatchObject({ body: getAgentVersion.example.answer });
    expect(await publisher.validateAgent({ body: bodyOf(validateAgent) })).toMatchObject({
      body: validateAgent.example.answer,
    });
  });
});
