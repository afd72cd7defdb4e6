import { randomUUID } from "node:crypto";
import { describe, onTestFinished } from "vitest";
import { connectOpensearch, type OpensearchAccess } from "../src/engines/opensearch/connection.ts";
import { opensearchEngine } from "../src/engines/opensearch/opensearch-engine.ts";
import { engineConformance } from "./engine-conformance.ts";
import { doubleAccess, startDouble } from "./opensearch/opensearch-double.ts";

const now = () => new Date("2026-11-01T00:00:00Z");

/** An engine with a generation of its own, which ends with the test. */
const emptyEngine = async (access: OpensearchAccess) => {
  const connection = connectOpensearch(access);
  const prefix = `nofx-test-${randomUUID()}`;
  const engine = opensearchEngine(connection, { prefix, shards: 1, replicas: 0, now });
  await engine.create(1, undefined);
  onTestFinished(async () => {
    await engine.drop(1);
    await connection.close();
  });
  return engine;
};

const underTest = async (access: OpensearchAccess) => {
  const engine = await emptyEngine(access);
  return {
    put: (puts: Parameters<typeof engine.apply>[1]["puts"]) => engine.apply(1, { puts, removes: [] }, undefined),
    remove: (removes: Parameters<typeof engine.apply>[1]["removes"]) =>
      engine.apply(1, { puts: [], removes }, undefined),
    search: (request: Parameters<typeof engine.search>[1]) => engine.search(1, request),
    suggest: (text: string, tenantId: string) =>
      engine.suggest(1, { viewer: { tenantId, seesAll: false }, text, limit: 5, types: [] }),
  };
};

describe("OpenSearch as an engine, against a double that speaks its API", () => {
  engineConformance(async () => {
    const double = await startDouble();
    onTestFinished(() => double.stop());
    return await underTest({ url: double.url, ...doubleAccess });
  });
});

const { OPENSEARCH_URL: url, OPENSEARCH_USERNAME: username, OPENSEARCH_PASSWORD: password } = process.env;

describe.runIf(url !== undefined)("OpenSearch as an engine, against OPENSEARCH_URL", () => {
  engineConformance(() => underTest({ url: url ?? "", username, password }));
});
