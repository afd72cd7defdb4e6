import { readFileSync } from "node:fs";
import { join } from "node:path";
import { searchContract } from "@nofx/contract-search";
import { openApiDocument } from "@nofx/service-kit";
import { lintFromString, loadConfig } from "@redocly/openapi-core";
import { expect, it } from "vitest";

const committed = readFileSync(join(import.meta.dirname, "../openapi.json"), "utf8");

it("the OpenAPI document is that of the contract, and gives the linter nothing to say", async () => {
  expect(JSON.parse(committed)).toEqual(JSON.parse(JSON.stringify(openApiDocument(searchContract))));
  const config = await loadConfig({ configPath: join(import.meta.dirname, "../../../redocly.yaml") });
  const findings = await lintFromString({ source: committed, absoluteRef: "openapi.json", config });
  expect(
    findings.map(({ ruleId, message, location }) => `${ruleId}: ${location[0]?.pointer ?? ""} ${message}`),
  ).toEqual([]);
});
