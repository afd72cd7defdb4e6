import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { coreErrors, type Operation } from "@nofx/contract-kit";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { registryContract } from "@nofx/contract-registry";
import { searchContract } from "@nofx/contract-search";
import { beforeAll, describe, expect, it } from "vitest";
import { root } from "../src/env.ts";
import { prefixes, type ServiceName } from "../src/routes.ts";
import { type EdgeRoute, edgeRoutes } from "./caddyfile.ts";

const contracts = { registry: registryContract, marketplace: marketplaceContract, search: searchContract };
const services = Object.keys(prefixes) as ServiceName[];
const operationsOf = (service: ServiceName): Operation[] => Object.values(contracts[service].operations);
/** What a service takes where an operation says nothing else. */
const usualBytesMax = 1.5 * 1024 * 1024;

let caddyfile: string;
let routes: EdgeRoute[];
beforeAll(async () => {
  caddyfile = await readFile(join(root, "infra/caddy/Caddyfile"), "utf8");
  routes = edgeRoutes(caddyfile);
});

const byLongestPrefix = (path: string): ServiceName | undefined =>
  services
    .flatMap((service) => prefixes[service].map((prefix) => ({ service, prefix })))
    .filter(({ prefix }) => path.startsWith(prefix))
    .sort((a, b) => b.prefix.length - a.prefix.length)[0]?.service;

const fits = (pattern: string, path: string): boolean =>
  pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : path === pattern;

const byEdge = (path: string): ServiceName | undefined =>
  routes.find(({ patterns }) => patterns.some((pattern) => fits(pattern, path)))?.service;

describe("the edge", () => {
  it("leads every address to the service that has the longest prefix", () => {
    const all = services.flatMap((service) => prefixes[service]);
    const paths = all.flatMap((prefix) => [prefix, prefix.slice(0, -1), `${prefix}x`, `${prefix}/x/y`, `/x${prefix}`]);
    expect(paths.map((path) => [path, byEdge(path)])).toEqual(paths.map((path) => [path, byLongestPrefix(path)]));
  });

  it("leads every operation to the service that has it", () => {
    for (const service of services) {
      const operations = operationsOf(service).map(({ path }) => path);
      expect(operations.length).toBeGreaterThan(0);
      expect(operations.filter((path) => byEdge(path.replaceAll(/[{}]/g, "")) !== service)).toEqual([]);
    }
  });

  it("lets every body through that a service takes, and little more", () => {
    for (const { service, bodyBytesMax } of routes) {
      const largest = operationsOf(service).map((operation) => operation.bodyBytesMax ?? usualBytesMax);
      expect(bodyBytesMax).toBeGreaterThan(Math.max(...largest));
      expect(bodyBytesMax).toBeLessThanOrEqual(Math.max(...largest) + 1024 * 1024);
    }
    expect(routes).toHaveLength(3);
  });

  it("answers by itself with problems of the catalogue", () => {
    const told = [...caddyfile.matchAll(/respond `(\{.+\})` (\d+)/g)].map(([, body = "", status]) => ({
      problem: JSON.parse(body),
      status: Number(status),
    }));
    expect(told.map(({ status }) => status)).toEqual([404, 413, 503]);
    for (const { problem, status } of told) {
      const known = coreErrors[problem.code as keyof typeof coreErrors];
      const { type, title, status: said } = problem;
      expect([type, title, said]).toEqual([`urn:nofx:error:${problem.code}`, known.title, known.status]);
      expect(status).toBe(known.status);
    }
  });

  it("shows metrics to nobody", () => {
    expect(/^\t@private path (.+)$/m.exec(caddyfile)?.[1]?.split(" ")).toEqual(["/metrics", "/metrics/"]);
    expect(caddyfile).toMatch(/\n\thandle @private \{\n\t\terror "[^"]+" 404\n/);
  });
});
