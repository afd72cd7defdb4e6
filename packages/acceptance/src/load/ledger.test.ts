import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Confirmed, type Found, faultsOf, type Ledger, nameOf } from "./ledger.ts";

const confirmed = (id: string, version = "1.0.0"): Confirmed => ({
  id,
  version,
  digest: `sha256:${id}`,
  change: `change-${id}-${version}`,
});

const ledger = (change: Partial<Ledger> = {}): Ledger => ({
  agents: [confirmed("a"), confirmed("b")],
  templates: [confirmed("t")],
  runsConfirmed: 10,
  runsSent: 12,
  misread: [],
  ...change,
});

/** All of it, and what nobody confirmed besides. */
const whole = ({ agents, templates, runsConfirmed }: Ledger): Found => {
  const digests = (all: readonly Confirmed[]) => new Map(all.map((one) => [nameOf(one), one.digest]));
  const changes = [...agents, ...templates].map(({ change }) => change);
  return {
    agents: digests([...agents, confirmed("unknown")]),
    templates: digests(templates),
    runsCounted: runsConfirmed,
    heard: ["change-unknown", ...changes],
    replayed: changes,
  };
};

describe("what was confirmed", () => {
  it("is there: nothing is told", () => {
    expect(faultsOf(ledger(), whole(ledger()))).toEqual([]);
    expect(faultsOf(ledger(), { ...whole(ledger()), runsCounted: 12 })).toEqual([]);
  });

  it.each<[Partial<Found>, string]>([
    [{ agents: new Map([["a@1.0.0", "sha256:a"]]) }, "agent b@1.0.0 was confirmed with sha256:b and is not there"],
    [{ templates: new Map([["t@1.0.0", "sha256:x"]]) }, "template t@1.0.0 was confirmed with sha256:t and is sha256:x"],
    [{ runsCounted: 9 }, "10 runs were confirmed of 12 that were sent, and 9 are counted"],
    [{ runsCounted: 13 }, "10 runs were confirmed of 12 that were sent, and 13 are counted"],
    [{ heard: ["change-a-1.0.0", "change-t-1.0.0"] }, "followed, the change of b@1.0.0 came 0 times"],
    [
      { replayed: ["a", "b", "b", "t"].map((id) => `change-${id}-1.0.0`) },
      "read again, the change of b@1.0.0 came 2 times",
    ],
  ])("is not: %j", (change, fault) => {
    expect(faultsOf(ledger(), { ...whole(ledger()), ...change })).toEqual([fault]);
  });

  it("what readers saw that must not be is told as it is", () => {
    expect(faultsOf(ledger({ misread: ["a@1.0.0 was not there"] }), whole(ledger()))).toEqual([
      "a@1.0.0 was not there",
    ]);
  });

  it("whatever is taken away, it is missed", () => {
    const ids = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1 });
    fc.assert(
      fc.property(ids, fc.nat(), (names, place) => {
        const kept = ledger({ agents: names.map((id) => confirmed(id)), templates: [] });
        const lost = names[place % names.length] as string;
        const found = whole(kept);
        const agents = new Map([...found.agents].filter(([name]) => name !== nameOf(confirmed(lost))));
        expect(faultsOf(kept, { ...found, agents })).toHaveLength(1);
        const heard = found.heard.filter((change) => change !== confirmed(lost).change);
        expect(faultsOf(kept, { ...found, heard })).toHaveLength(1);
      }),
    );
  });
});
