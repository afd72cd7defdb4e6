import { beforeAll, describe, it } from "vitest";
import { type EngineUnderTest, engineConformance } from "./engine-conformance.ts";
import { holdPagesToModel } from "./engine-properties.ts";
import {
  cluster,
  engineInBoth,
  engineInCluster,
  engineInDouble,
  type OpensearchTestEngine,
} from "./opensearch-world.ts";

const underTest = async ({ engine, create, apply }: OpensearchTestEngine): Promise<EngineUnderTest> => {
  await create(1);
  return {
    put: (puts) => apply(1, { puts }),
    remove: (removes) => apply(1, { removes }),
    search: (request) => engine.search(1, request),
    suggest: (text, tenantId) => engine.suggest(1, { viewer: { tenantId, seesAll: false }, text, limit: 5, types: [] }),
  };
};

const properties = (open: (finished: (end: () => Promise<void>) => void) => Promise<OpensearchTestEngine>): void => {
  let world: OpensearchTestEngine;
  beforeAll(async () => {
    const ends: (() => Promise<void>)[] = [];
    world = await open((end) => ends.push(end));
    return async () => {
      for (const end of ends) await end();
    };
  });

  it("whatever is there and is asked: pages hold exactly what fits, once, in every order", async () => {
    let generations = 0;
    const nextGeneration = async () => {
      generations += 1;
      await world.create(generations);
      return generations;
    };
    await holdPagesToModel({ engine: world.engine, nextGeneration, apply: world.apply });
  });
};

describe("OpenSearch as an engine, against a double that speaks its API", () => {
  engineConformance(async () => underTest(await engineInDouble()));
  properties((finished) => engineInDouble(finished));
});

describe.runIf(cluster)("OpenSearch as an engine, against OPENSEARCH_URL", () => {
  engineConformance(() => underTest(engineInCluster()));
  properties(async (finished) => engineInCluster(finished));
});

describe.runIf(cluster)("OPENSEARCH_URL and the double, call for call alike: OpenSearch as an engine", () => {
  engineConformance(async () => underTest(await engineInBoth()));
  properties((finished) => engineInBoth(finished));
});
