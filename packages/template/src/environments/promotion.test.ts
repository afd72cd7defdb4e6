import type { DependencyLock } from "@nofx/contract-marketplace";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { meetsWants } from "../resolve/check-lock.ts";
import type { AskedRequirement } from "../resolve/resource.ts";
import { resolveEnvironment } from "./environment.ts";
import { lockedPins, lockForEnvironment, pinnedAgents } from "./promotion.ts";

const digest = `sha256:${"0".repeat(64)}`;
const by = "template acme/t 1.0.0";
const lock: DependencyLock = {
  lockVersion: 1,
  strategy: "highest",
  agents: {
    "acme/collector": {
      version: "1.1.0",
      digest,
      requestedBy: [
        { by: "environment staging", range: "^1.1" },
        { by, range: "*" },
      ],
    },
    "acme/editor": { version: "2.0.0", digest, requestedBy: [{ by, range: "*" }] },
  },
  templates: { "acme/part": { version: "1.0.0", digest, requestedBy: [{ by, range: "^1.0.0" }] } },
};
const pins = { "acme/collector": "1.1.0", "acme/editor": "2.0.0" };

describe("a promotion's agents", () => {
  it("are exactly those of the lock", () => {
    expect(lockedPins(lock)).toEqual(pins);
  });

  const agents = fc.dictionary(
    fc.constantFrom("collector", "acme/collector", "acme/editor", "x"),
    fc.option(fc.constantFrom("^1.0.0", "<1")),
  );
  const base = fc.option(fc.constant("base"), { nil: undefined });
  const environment = fc.record({ agents, extends: base });

  it("are all that the environment asks for, whatever is declared, extended or was kept", () => {
    fc.assert(
      fc.property(environment, agents, agents, base, (declared, ofBase, before, keptExtends) => {
        const all = { base: { agents: ofBase }, production: declared };
        const own = { agents: before, ...(keptExtends && { extends: keptExtends }) };
        const after = { ...own, agents: pinnedAgents(all as never, { production: own }, "production", pins) };
        const resolved = resolveEnvironment(all as never, "production", { production: after });
        expect(resolved.ok && resolved.environment.agents).toEqual(pins);
      }),
    );
  });

  it("are pinned also where the environment is not kept yet, or leads nowhere", () => {
    expect(pinnedAgents({ p: { agents: { x: "^1" } } }, {}, "p", pins)).toEqual({ x: null, ...pins });
    expect(pinnedAgents({ p: { extends: "gone" } }, {}, "p", pins)).toEqual(pins);
  });
});

describe("a lock for another environment", () => {
  const after = lockForEnvironment(lock, "staging", "production");

  it("has the same versions, asked for by the other environment", () => {
    expect(lockedPins(after)).toEqual(pins);
    expect(after.agents["acme/collector"]?.requestedBy).toEqual([
      { by: "environment production", range: "1.1.0" },
      { by, range: "*" },
    ]);
    expect([after.templates, after.strategy]).toEqual([lock.templates, "highest"]);
  });

  it("is that of an environment only as long as it holds what the environment asks for", () => {
    const wants = (range: string, id = "collector"): AskedRequirement[] => [
      { by: { kind: "environment", name: "production" }, resource: { kind: "agent", tenant: "acme", id }, range },
    ];
    expect(["1.1.0", "^1.0.0", "<1.1", "2.0.0"].map((range) => meetsWants(after, wants(range)))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(meetsWants(after, wants("*", "stranger"))).toBe(false);
    expect(meetsWants(after, [])).toBe(true);
  });
});
