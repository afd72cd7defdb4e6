import { unwrap } from "@nofx/client";
import { expect, it } from "vitest";
import { elsewhere, holdTables, line, nobody, tcpServer } from "./failures.ts";
import { world } from "./world.ts";

it("200: what each service does, and how far the index is behind", async () => {
  const { operator, anonymous, registry } = await world();
  await anonymous.getRelations({ type: "agent", id: "none", tenant: "acme" });
  await registry.client().getAgent({ agentId: "none", tenant: "acme" });
  const { services, feeds } = await unwrap(operator.getSystemMetricsSummary());
  expect(services.map(({ name, status }) => [name, status])).toEqual([
    ["registry", "ok"],
    ["marketplace", "ok"],
    ["search", "ok"],
  ]);
  expect(services[0]?.operations).toContainEqual(expect.objectContaining({ operation: "getAgent", clientErrors: 1 }));
  expect(services[2]).toMatchObject({ requests: 1, clientErrors: 1, serverErrors: 0, pool: { max: 20, waiting: 0 } });
  expect(services[2]?.p95Ms).toBeGreaterThan(0);
  expect(feeds?.map(({ source }) => source)).toEqual(["registry", "marketplace"]);
});

it("200: rates are of the time since somebody asked, ten seconds or more ago", async () => {
  let now = new Date();
  const { operator, anonymous } = await world({ now: () => now });
  const windowAfter = async (seconds: number) => {
    now = new Date(now.getTime() + seconds * 1000);
    await anonymous.getRelations({ type: "agent", id: "none", tenant: "acme" });
    const { services } = await unwrap(operator.getSystemMetricsSummary());
    return services[2]?.windowSeconds;
  };
  await windowAfter(0);
  expect([await windowAfter(10), await windowAfter(5), await windowAfter(30)]).toEqual([10, 15, 35]);
});

it("200 within two seconds while services and the database are away, hang or answer something else", async () => {
  const [registry, marketplace] = [line(), line()];
  const all = await world({ fetchRegistry: registry.through, fetchMarketplace: marketplace.through });
  await unwrap(all.operator.getSystemMetricsSummary());
  await holdTables(all.database, "search.records");
  marketplace.replaceBy(elsewhere(await tcpServer("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")));
  for (const address of [await tcpServer(undefined), await nobody()]) {
    registry.replaceBy(elsewhere(address));
    const startedAt = performance.now();
    const { services, feeds } = await unwrap(all.operator.getSystemMetricsSummary());
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect([services.map(({ status }) => status), feeds]).toEqual([["failed", "failed", "ok"], undefined]);
    expect(services[1]?.reason).toBe("the answer holds no metrics of a service");
  }
  marketplace.replaceBy(all.fetch);
  registry.replaceBy(elsewhere(await tcpServer("HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n")));
  const { services } = await unwrap(all.operator.getSystemMetricsSummary());
  expect(services[0]).toEqual({ name: "registry", status: "failed", reason: "status 500" });
});

it("503 soon while the registry hangs and nobody knows whose the token is", async () => {
  const registry = line();
  const all = await world({ fetchRegistry: registry.through });
  registry.replaceBy(elsewhere(await tcpServer(undefined)));
  const startedAt = performance.now();
  const refused = await all.operator.getSystemMetricsSummary();
  // After 1.5 seconds; what is beyond is a busy machine's.
  expect(performance.now() - startedAt).toBeLessThan(3_500);
  expect(refused).toBeProblem(503, "unavailable");
  expect(refused.headers.get("retry-after")).toBe("2");
});

it("401 unauthenticated and 403 forbidden: not for everybody", async () => {
  const { anonymous, person } = await world();
  expect(await anonymous.getSystemMetricsSummary()).toBeProblem(401, "unauthenticated");
  const { search } = await person("admin");
  expect(await search.getSystemMetricsSummary()).toBeProblem(403, "forbidden");
});
