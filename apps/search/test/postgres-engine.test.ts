import { describe } from "vitest";
import { engineConformance } from "./engine-conformance.ts";
import { testEngine } from "./engine-world.ts";

describe("PostgreSQL as an engine", () => {
  engineConformance(async () => {
    const { engine, create, apply } = await testEngine();
    await create(1);
    return {
      put: (puts) => apply(1, { puts }),
      remove: (removes) => apply(1, { removes }),
      search: (request) => engine.search(1, request),
      suggest: (text, tenantId) =>
        engine.suggest(1, { viewer: { tenantId, seesAll: false }, text, limit: 5, types: [] }),
    };
  });
});
