import type { TemplateManifest } from "@nofx/contract-marketplace";
import { describe, expect, it } from "vitest";
import { isObstacle, type Standing, type SyncItem, whatWaits } from "./index.ts";

interface Given {
  readonly action?: SyncItem["action"];
  readonly version?: string;
  readonly code?: string;
  readonly missing?: string;
  readonly agents?: readonly string[];
  readonly templates?: readonly string[];
}

const ranges = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, "^1.0.0"]));

const item = (
  id: string,
  { action = "create", version = "1.0.0", code, missing, agents = [], templates = [] }: Given,
) => {
  const [kind, tenant, name] = missing?.split("/") ?? [];
  const conflict = missing === undefined ? undefined : { resource: { kind, tenant, id: name } };
  const dependencies = { agents: ranges(agents), templates: ranges(templates) };
  const manifest = { templateId: id, name: id, version, content: { kind: "workflow", dependencies, steps: [] } };
  return {
    action,
    id,
    version,
    findings: [],
    ...(code !== undefined && { problem: { code, title: code, conflict } }),
    manifest: manifest as unknown as TemplateManifest,
  } satisfies SyncItem;
};

const agents = (given: Readonly<Record<string, Given>>): Standing => ({
  kind: "agent",
  tenant: "acme",
  items: Object.entries(given).map(([id, each]) => item(id, each)),
});

const templates = (...items: readonly SyncItem[]): Standing => ({ kind: "template", tenant: "acme", items });

const told = (...standing: readonly Standing[]) =>
  [...whatWaits(standing)].map(([{ id, version }, waitsFor]) => `${id} ${version} for ${waitsFor}`);

describe("What waits for others of the same run", () => {
  it("templates that name what is coming, refused or not", () => {
    const coming = agents({ greeter: { action: "update" }, old: { action: "unchanged" } });
    expect(told(coming, templates(item("a", { agents: ["greeter"] }), item("b", { agents: ["old"] })))).toEqual([
      "a 1.0.0 for agent:greeter",
    ]);
    const refused = item("a", { action: "refused", code: "tests_failed", agents: ["greeter"] });
    expect(told(coming, templates(refused))).toEqual(["a 1.0.0 for agent:greeter"]);
  });

  it("what lacks something that is coming, and what waits for that in turn", () => {
    const lacks = { action: "refused", code: "dependencies_unsatisfiable" } as const;
    const first = item("first", { ...lacks, missing: "agent/acme/greeter" });
    const second = item("second", { ...lacks, missing: "template/acme/first" });
    expect(told(agents({ greeter: {} }), templates(second, first))).toEqual([
      "first 1.0.0 for agent:greeter",
      "second 1.0.0 for template:first",
    ]);
    expect(told(agents({ other: {} }), templates(second, first))).toEqual([]);
  });

  it("another tenant's of the same name is not what is coming", () => {
    const lacks = item("a", { action: "refused", code: "dependencies_unsatisfiable", missing: "agent/globex/greeter" });
    expect(told(agents({ greeter: {} }), templates(lacks, item("b", { agents: ["globex/greeter"] })))).toEqual([]);
  });

  it("what is broken, in conflict or refused for other reasons waits for nothing", () => {
    const wrong = [
      item("a", { action: "broken", agents: ["greeter"] }),
      item("b", { action: "conflict", code: "version_conflict", agents: ["greeter"] }),
      item("c", { action: "refused", code: "version_bump_too_small", agents: ["greeter"] }),
    ];
    expect(told(agents({ greeter: {} }), templates(...wrong))).toEqual([]);
    expect(wrong.map(isObstacle)).toEqual([true, true, true]);
  });

  it("later versions of what waits, not earlier ones, and none for itself", () => {
    const [first, second, third] = [
      item("a", { version: "1.0.0" }),
      item("a", { version: "1.1.0", agents: ["greeter"] }),
      item("a", { version: "1.2.0", templates: ["a"] }),
    ];
    expect(told(agents({ greeter: {} }), templates(first, second, third))).toEqual([
      "a 1.1.0 for agent:greeter",
      "a 1.2.0 for template:a",
    ]);
  });
});
