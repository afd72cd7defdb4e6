import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { errorDefinition, type Operation } from "@nofx/contract-kit";
import { registryContract } from "@nofx/contract-registry";
import { describe, expect, it } from "vitest";
import { registry } from "./registry.ts";

const operations: Operation[] = Object.values(registryContract.operations);
const testFile = (id: string): string =>
  join(import.meta.dirname, `${id.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.test.ts`);

describe("every operation of the contract", () => {
  it("is mounted", async () => {
    const { fetch } = await registry();
    for (const { method, path } of operations) {
      const response = await fetch(`http://registry.test${path.replace(/\{\w+\+?\}/g, "x")}`, { method });
      const { code } = (await response.json()) as { code?: string };
      expect({ path, code }).not.toEqual({ path, code: "route_not_found" });
    }
  });

  it.each(operations.map((operation) => [operation.id, operation] as const))(
    "%s has a test file with every error it declares",
    (id, { errors }) => {
      const text = readFileSync(testFile(id), "utf8");
      const missing = errors.filter((code) => {
        const { status } = errorDefinition(registryContract.errors, code);
        return !new RegExp(`toBeProblem\\(\\s*${status},\\s*"${code}"`).test(text);
      });
      expect(missing).toEqual([]);
    },
  );

  it("has no test file without an operation", () => {
    const known = new Set(operations.map(({ id }) => testFile(id)));
    const about = [
      "contract",
      "tenancy",
      "bad-input",
      "identity",
      "database",
      "access",
      "process",
      "lifecycle",
      "impact",
      "bound-tokens",
      "openapi",
      "change-stream",
      "housekeeping",
      "webhook-delivery",
      "schemas",
      "semver",
      "interchange",
      "list-agents-search",
      "list-agents-sort",
      "agent-lists",
      "marketplace-away",
      "figures-in-the-feed",
      "configured-tokens",
      "replicas",
    ];
    const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith(".test.ts"));
    const strangers = files.filter(
      (file) => !known.has(join(import.meta.dirname, file)) && !about.includes(file.replace(".test.ts", "")),
    );
    expect(strangers).toEqual([]);
  });
});
