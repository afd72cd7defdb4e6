import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyChain, plainChain } from "../test/chain.ts";
import { type AuditFacts, genesis, hashOf, type SealedEntry, verifyChain } from "./index.ts";

const other = (text: string | undefined): string => `${text ?? ""}x`;
const otherHash = (hash: string): string => `${hash.slice(0, -1)}${hash.endsWith("0") ? "1" : "0"}`;

type Mutation = (sealed: SealedEntry) => SealedEntry;
const inEntry =
  (change: (entry: AuditFacts) => Partial<AuditFacts>): Mutation =>
  (sealed) => ({ ...sealed, entry: sealed.entry && { ...sealed.entry, ...change(sealed.entry) } });

/** One change of one field of one sealed entry. */
const mutations: Record<string, Mutation> = {
  id: inEntry(({ id }) => ({ id: other(id) })),
  at: inEntry(({ at }) => ({ at: other(at) })),
  actor: inEntry(({ actor }) => ({ actor: other(actor) })),
  action: inEntry(({ action }) => ({ action: other(action) })),
  resourceType: inEntry(({ resourceType }) => ({ resourceType: other(resourceType) })),
  resourceId: inEntry(({ resourceId }) => ({ resourceId: other(resourceId) })),
  version: inEntry(({ version }) => ({ version: version === undefined ? "" : undefined })),
  reason: inEntry(({ reason }) => ({ reason: other(reason) })),
  details: inEntry(({ details }) => ({ details: [details] })),
  correlationId: inEntry(({ correlationId }) => ({ correlationId: other(correlationId) })),
  changeId: inEntry(({ changeId }) => ({ changeId: changeId === undefined ? "" : undefined })),
  unhashable: inEntry(() => ({ actor: "\ud800" })),
  tenant: (sealed) => ({ ...sealed, tenant: other(sealed.tenant) }),
  auditId: (sealed) => ({ ...sealed, auditId: other(sealed.auditId) }),
  positionUp: (sealed) => ({ ...sealed, position: sealed.position + 1000 }),
  positionDown: (sealed) => ({ ...sealed, position: sealed.position - 1 }),
  previousHash: (sealed) => ({ ...sealed, previousHash: otherHash(sealed.previousHash) }),
  hash: (sealed) => ({ ...sealed, hash: otherHash(sealed.hash) }),
  gone: (sealed) => ({ ...sealed, entry: null }),
};

const replaced = (chain: readonly SealedEntry[], index: number, change: Mutation): SealedEntry[] =>
  chain.map((sealed, at) => (at === index ? change(sealed) : sealed));

const resealed: Mutation = (sealed) => {
  const changed = inEntry(({ actor }) => ({ actor: other(actor) }))(sealed);
  return { ...changed, hash: hashOf(changed) };
};

/** A chain and the index of one of its entries. */
const chainAndIndex = (minLength: number, notLast: 0 | 1) =>
  anyChain({ minLength, maxLength: 8 }).chain((chain) =>
    fc.tuple(fc.constant(chain), fc.nat({ max: chain.length - 1 - notLast })),
  );

const headOf = ({ position, hash }: SealedEntry) => ({ position, hash });

describe("a sound chain", () => {
  it("is valid as a whole, and in two parts of any length", async () => {
    await fc.assert(
      fc.asyncProperty(chainAndIndex(1, 0), async ([chain, index]) => {
        const last = chain.at(-1) as SealedEntry;
        expect(await verifyChain(chain)).toEqual({ valid: true, verified: chain.length, head: headOf(last) });
        const { head } = await verifyChain(chain.slice(0, index));
        const rest = await verifyChain(chain.slice(index), { after: head });
        expect(rest).toEqual({ valid: true, verified: chain.length - index, head: headOf(last) });
      }),
    );
  });

  it("may be empty", async () => {
    expect(await verifyChain([])).toEqual({ valid: true, verified: 0, head: genesis });
  });

  it("has every one of its earlier heads as a checkpoint", async () => {
    await fc.assert(
      fc.asyncProperty(chainAndIndex(1, 0), async ([chain, index]) => {
        const checkpoint = headOf(chain[index] as SealedEntry);
        expect(await verifyChain(chain, { checkpoint })).toMatchObject({ valid: true });
      }),
    );
  });

  it("is read one entry at a time, and no further than the first break", async () => {
    let read = 0;
    const endless = async function* () {
      for (const sealed of replaced(plainChain(10), 3, mutations.actor as Mutation)) {
        read += 1;
        yield sealed;
      }
    };
    expect((await verifyChain(endless())).firstBroken?.position).toBe(4);
    expect(read).toBe(4);
  });
});

describe("a chain with one change", () => {
  it.each(Object.keys(mutations))("of %s names exactly the entry that was changed", async (name) => {
    await fc.assert(
      fc.asyncProperty(chainAndIndex(1, 0), async ([chain, index]) => {
        const report = await verifyChain(replaced(chain, index, mutations[name] as Mutation));
        const head = index === 0 ? genesis : headOf(chain[index - 1] as SealedEntry);
        expect(report).toMatchObject({ valid: false, verified: index, head });
        expect(report.firstBroken?.position).toBe(index + 1);
      }),
    );
  });

  it("names an entry that was hashed anew after it was altered, not the next one", async () => {
    await fc.assert(
      fc.asyncProperty(chainAndIndex(2, 1), async ([chain, index]) => {
        const report = await verifyChain(replaced(chain, index, resealed));
        const { position, auditId } = chain[index] as SealedEntry;
        expect(report.firstBroken).toMatchObject({ position, auditId, reason: "rewritten" });
        const head = index === 0 ? genesis : headOf(chain[index - 1] as SealedEntry);
        expect(report).toMatchObject({ verified: index, head });
      }),
    );
  });

  it("names the place of an entry that was taken out, whether or not the rest moved up", async () => {
    await fc.assert(
      fc.asyncProperty(chainAndIndex(2, 1), async ([chain, index]) => {
        const left = chain.filter((_, at) => at !== index);
        const movedUp = left.map((sealed, at) => ({ ...sealed, position: at + 1 }));
        const firstBroken = { position: index + 1, reason: "missing" };
        expect((await verifyChain(left)).firstBroken).toMatchObject(firstBroken);
        expect((await verifyChain(movedUp)).firstBroken).toEqual(firstBroken);
      }),
    );
  });

  it("names an entry that was put in with a right link, and the rest moved down", async () => {
    await fc.assert(
      fc.asyncProperty(chainAndIndex(1, 0), async ([chain, index]) => {
        const there = chain[index] as SealedEntry;
        const forged = resealed({ ...there, auditId: "999", entry: there.entry && { ...there.entry, id: "999" } });
        const moved = chain.slice(index).map((sealed) => ({ ...sealed, position: sealed.position + 1 }));
        const report = await verifyChain([...chain.slice(0, index), forged, ...moved]);
        expect(report.firstBroken).toEqual({ position: index + 1, auditId: "999", reason: "inserted" });
        expect(report.verified).toBe(index);
      }),
    );
  });

  it("names an entry that was put in with a forged link", async () => {
    const chain = plainChain(5);
    const forged = { ...(chain[2] as SealedEntry), previousHash: otherHash(genesis.hash) };
    const report = await verifyChain([...chain.slice(0, 2), forged, ...chain.slice(2)]);
    expect(report.firstBroken).toMatchObject({ position: 3, reason: "altered" });
  });

  it("names the first of two entries that changed places", async () => {
    const twoOf = anyChain({ minLength: 2, maxLength: 8 }).chain((chain) =>
      fc.tuple(fc.constant(chain), fc.uniqueArray(fc.nat({ max: chain.length - 1 }), { minLength: 2, maxLength: 2 })),
    );
    await fc.assert(
      fc.asyncProperty(twoOf, async ([chain, indexes]) => {
        const [first = 0, second = 0] = indexes.toSorted((a, b) => a - b);
        const swap = (index: number) => (index === first ? second : index === second ? first : index);
        const swapped = chain.map((sealed, at) => ({ ...(chain[swap(at)] as SealedEntry), position: sealed.position }));
        expect((await verifyChain(swapped)).firstBroken?.position).toBe(first + 1);
      }),
    );
  });
});

describe("a checkpoint", () => {
  it("is what finds entries that were cut off at the end", async () => {
    await fc.assert(
      fc.asyncProperty(chainAndIndex(1, 0), async ([chain, index]) => {
        const cut = chain.slice(0, index);
        expect((await verifyChain(cut)).valid).toBe(true);
        const checkpoint = headOf(chain.at(-1) as SealedEntry);
        const report = await verifyChain(cut, { checkpoint });
        expect(report).toMatchObject({ valid: false, verified: index });
        const { position, hash: expected } = checkpoint;
        expect(report.firstBroken).toEqual({ position, reason: "checkpoint_mismatch", expected });
      }),
    );
  });

  it("is what finds a last entry that was hashed anew", async () => {
    const chain = plainChain(3);
    const last = chain[2] as SealedEntry;
    const forged = replaced(chain, 2, resealed);
    expect((await verifyChain(forged)).valid).toBe(true);
    const report = await verifyChain(forged, { checkpoint: headOf(last) });
    expect(report).toMatchObject({ verified: 2, head: headOf(chain[1] as SealedEntry) });
    expect(report.firstBroken).toEqual({
      position: 3,
      auditId: last.auditId,
      reason: "checkpoint_mismatch",
      expected: last.hash,
      found: forged[2]?.hash,
    });
  });
});

it("a part that does not follow from the head of the part before says so", async () => {
  const chain = plainChain(4);
  const after = { position: 2, hash: otherHash(chain[1]?.hash ?? "") };
  const { firstBroken } = await verifyChain(chain.slice(2), { after });
  expect(firstBroken).toMatchObject({ position: 2, reason: "rewritten", expected: chain[1]?.hash, found: after.hash });
});

it("a chain that begins elsewhere than all chains is broken at its first entry", async () => {
  const [first] = plainChain(1) as [SealedEntry];
  const forged = { ...first, previousHash: otherHash(genesis.hash) };
  const { firstBroken } = await verifyChain([{ ...forged, hash: hashOf(forged) }]);
  expect(firstBroken).toMatchObject({ position: 1, reason: "altered", expected: genesis.hash });
});
