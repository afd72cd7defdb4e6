import { sha256 } from "@nofx/canonical";
import { expect, it } from "vitest";
import { plainChain } from "../test/chain.ts";
import { genesis, type SealedEntry, sealEntry, verifyChain } from "./index.ts";

it("the hash is SHA-256 over a text that anybody can write: it must never change", () => {
  const [first, second] = plainChain(2) as [SealedEntry, SealedEntry];
  const text = (n: number, previousHash: string) =>
    `{"entry":{"action":"agent.version_published","actor":"token:ci","at":"2026-11-22T09:30:00.000Z","correlationId":"request","details":{"n":${n}},"id":"${n + 10}","resourceId":"code-review","resourceType":"agent"},"position":${n + 1},"previousHash":"${previousHash}","tenant":"acme"}`;
  expect(first.hash).toBe(sha256(text(0, `sha256:${"0".repeat(64)}`)));
  expect(second.hash).toBe(sha256(text(1, first.hash)));
});

it("an entry that is gone before it is sealed is sealed as gone, and the chain says so", async () => {
  const gone = sealEntry("acme", genesis, { auditId: "7", entry: null });
  expect((await verifyChain([gone])).firstBroken).toEqual({ position: 1, auditId: "7", reason: "entry_missing" });
});
