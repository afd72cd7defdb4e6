import { describe, expect, it } from "vitest";
import {
  asItem,
  environmentStates,
  isSameKept,
  keptChanges,
  keptExtending,
  type StoredEnvironment,
  versionsConcerned,
} from "./environment.rules.ts";

const at = "2026-11-23T08:00:00.000Z";
const stored = (name: string, kept: StoredEnvironment["kept"] = {}): StoredEnvironment => ({
  name,
  kept,
  revision: name,
  updatedAt: at,
  updatedBy: "somebody",
});
const around = { currentVersion: "2.0.0", declared: new Map(), stored: [], deployments: [] };

describe("environments of a template", () => {
  it("come from the version that runs there: kept, else current, or the one that is asked for", () => {
    const kept = [stored("a", { version: "1.0.0" }), stored("b"), stored("c", { version: "1.0.0" })];
    expect(versionsConcerned({ currentVersion: "2.0.0", stored: kept })).toEqual(["2.0.0", "1.0.0"]);
    expect(versionsConcerned({ currentVersion: "2.0.0", stored: kept, asked: "1.5.0" })).toEqual(["1.5.0"]);
    const declared = new Map([
      ["1.0.0", { a: { resources: { queue: "old" } } }],
      ["2.0.0", { a: { resources: { queue: "new" } }, d: { description: "Of the author" } }],
    ]);
    const states = environmentStates({ ...around, declared, stored: kept });
    expect(states.map(({ name, origin, version }) => [name, origin, version])).toEqual([
      ["a", "both", "1.0.0"],
      ["b", "kept", "2.0.0"],
      ["c", "kept", "1.0.0"],
      ["d", "declared", "2.0.0"],
    ]);
    expect([states[0]?.resolved?.resources, states[3]?.description]).toEqual([{ queue: "old" }, "Of the author"]);
  });

  it("tell why they cannot be resolved, and are there where the builder has a name only", () => {
    const deployments = [{ environment: "staging", channel: "slack", enabled: false }];
    const states = environmentStates({ ...around, stored: [stored("a", { extends: "gone" })], deployments });
    expect(states).toEqual([
      {
        name: "a",
        origin: "kept",
        version: "2.0.0",
        extends: "gone",
        kept: { extends: "gone" },
        problem: 'There is no environment "gone"',
        updatedAt: at,
        updatedBy: "somebody",
      },
      { name: "staging", origin: "deployed", version: "2.0.0", deployments: [{ channel: "slack", enabled: false }] },
    ]);
  });

  it("are the same whatever order their members come in; otherwise each change is told", () => {
    const one = { version: "1.0.0", agents: { a: "1", b: "2" } };
    expect(isSameKept(one, { agents: { b: "2", a: "1" }, version: "1.0.0" })).toBe(true);
    expect(keptChanges(one, { agents: { a: "1", b: "3" } })).toEqual([
      { path: "$.version", before: "1.0.0" },
      { path: "$.agents.b", before: "2", after: "3" },
    ]);
  });

  it("are extended by those that name them, not by themselves", () => {
    const kept = [stored("a", { extends: "a" }), stored("b", { extends: "a" }), stored("c", { extends: "b" })];
    expect(keptExtending(kept, "a")).toEqual(["b"]);
  });

  it("have findings that say what was probably meant", () => {
    const found = { path: "$.x", field: "x", code: "c", message: "No", severity: "error" } as const;
    expect([asItem(found).message, asItem({ ...found, fix: "y" }).message]).toEqual([
      "No",
      "No; `y` is meant, perhaps",
    ]);
  });
});
