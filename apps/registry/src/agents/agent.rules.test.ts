import { describe, expect, it } from "vitest";
import { derivedFields } from "./agent.rules.ts";

const document = (agents: Record<string, string>) =>
  derivedFields({ agentId: "a", name: "A", version: "1.0.0", manifest: { dependencies: { agents } } }).dependencies;

describe("the dependencies of an agent", () => {
  it("name agents of the own tenant, or with a tenant those of others", () => {
    expect(document({ helper: "^1.0.0", "globex/helper": "*" })).toEqual([
      { tenant: undefined, agentId: "helper", range: "^1.0.0" },
      { tenant: "globex", agentId: "helper", range: "*" },
    ]);
  });

  it.each(["", "/", "A", "a/", "/a", "x/y/z", "a b", "globex/", `${"x".repeat(64)}/a`])(
    "%j names no agent and is passed over",
    (name) => {
      expect(document({ [name]: "*" })).toEqual([]);
    },
  );

  it("are none where the manifest declares none", () => {
    expect(derivedFields({ agentId: "a", name: "A", version: "1.0.0", manifest: {} }).dependencies).toEqual([]);
  });
});
