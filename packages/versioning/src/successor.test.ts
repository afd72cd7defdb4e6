import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resourceSuccessorObstacle, type Succession, versionSuccessorObstacle } from "./index.ts";

describe("the successor of a version", () => {
  const none = new Map<string, string>();
  const active = (version: string) => ({ version, status: "active" }) as const;

  it("is another version that can be used", () => {
    expect(versionSuccessorObstacle("1.0.0", "2.0.0", active("2.0.0"), none)).toBeUndefined();
    expect(versionSuccessorObstacle("1.0.0", "1.0.0", active("1.0.0"), none)).toMatch(/itself/);
    expect(versionSuccessorObstacle("1.0.0", "2.0.0", undefined, none)).toMatch(/no version/);
    expect(versionSuccessorObstacle("1.0.0", "2.0.0", active("2.0.0+build"), none)).toMatch(/no version/);
    for (const status of ["draft", "archived"] as const) {
      expect(versionSuccessorObstacle("1.0.0", "2.0.0", { version: "2.0.0", status }, none)).toMatch(status);
    }
  });

  it("never closes a circle, whatever was named before", () => {
    const id = fc.nat({ max: 6 }).map((number) => `${number}.0.0`);
    fc.assert(
      fc.property(fc.array(fc.tuple(id, id), { maxLength: 40 }), (orders) => {
        const successors = new Map<string, string>();
        for (const [version, successor] of orders) {
          if (versionSuccessorObstacle(version, successor, active(successor), successors)) continue;
          successors.set(version, successor);
        }
        for (const start of successors.keys()) {
          let next: string | undefined = start;
          for (let steps = 0; next !== undefined; steps += 1, next = successors.get(next)) {
            expect(steps).toBeLessThanOrEqual(successors.size);
          }
        }
      }),
    );
  });
});

describe("the successor of a resource", () => {
  const base: Succession = {
    kind: "template",
    resource: { name: "acme/a", visibility: "public" },
    successor: "globex/b",
    found: { status: "active", visibility: "public" },
    beyond: [],
  };
  const obstacle = (change: Partial<Succession>) => resourceSuccessorObstacle({ ...base, ...change });

  it("is another resource that readers can follow to", () => {
    expect(obstacle({})).toBeUndefined();
    expect(obstacle({ successor: "globex/a" })).toBeUndefined();
    expect(obstacle({ found: { status: "deprecated", visibility: "public" } })).toBeUndefined();
    expect(obstacle({ successor: "acme/a" })).toBe("acme/a cannot succeed itself.");
    expect(obstacle({ found: undefined })).toBe("There is no template globex/b, or it is not visible to you.");
    expect(obstacle({ found: { status: "disabled", visibility: "public" } })).toBe("globex/b is disabled.");
    expect(obstacle({ found: { status: "active", visibility: "private" } })).toBe(
      "acme/a is public and globex/b is not: its readers could not follow.",
    );
    expect(obstacle({ beyond: ["x/y", "acme/a"] })).toBe("globex/b leads back to acme/a.");
  });

  it("of a private resource may be private", () => {
    const found = { status: "active", visibility: "private" } as const;
    expect(obstacle({ resource: { name: "acme/a", visibility: "private" }, found })).toBeUndefined();
  });
});
