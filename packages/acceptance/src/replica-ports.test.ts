import { expect, it } from "vitest";
import { replicaServices, withPublishedReplicas } from "./replica-ports.ts";

it("each service runs twice, and each replica is published on a port of its own", () => {
  expect(replicaServices.map(({ name }) => name)).toEqual([
    "registry",
    "registry-2",
    "marketplace",
    "marketplace-2",
    "search",
    "search-2",
  ]);
  const { services, networks } = withPublishedReplicas(20_000);
  expect(services["marketplace-2"]).toEqual({ ports: ["127.0.0.1:20003:4002"], networks: { acceptance: {} } });
  expect(new Set(Object.values(services).flatMap(({ ports }) => ports)).size).toBe(6);
  expect(networks).toEqual({ acceptance: {} });
});

it("says the version of compose's own file, if that says one: files of two versions do not go together", () => {
  expect(withPublishedReplicas(20_000)).not.toHaveProperty("version");
  expect(withPublishedReplicas(20_000, "3.8").version).toBe("3.8");
});
