import type { DocumentKey } from "@nofx/search-core";
import { expect, it } from "vitest";
import { agentRecord, templateRecord } from "../../test/records.ts";
import { errorText, readAsked, readListed } from "./read-records.rules.ts";

const keyOf = (id: string): DocumentKey => ({ type: "agent", tenant: "acme", id });
const kindsOf = (told: readonly { readonly kind: string }[]): string[] => told.map(({ kind }) => kind);

it("what was asked for and is not in the answer is no more", () => {
  const told = readAsked([keyOf("greeter"), keyOf("other")], [agentRecord()]);
  expect(kindsOf(told)).toEqual(["there", "gone"]);
});

it("a record that is not as the contract says is unusable, and tells why; those beside it are read", () => {
  const broken = { ...agentRecord({ agentId: "other" }), currentVersion: "yesterday" };
  const [first, second] = readAsked([keyOf("greeter"), keyOf("other")], [agentRecord(), broken]);
  expect(first).toMatchObject({ kind: "there" });
  expect(second).toMatchObject({ kind: "unusable", error: expect.stringContaining("currentVersion") });
});

it("nothing is taken for gone when the answer holds something without a name", () => {
  for (const nameless of [null, 7, "x", {}, { tenant: "acme" }, { tenant: "acme", agentId: "no\0name" }]) {
    expect(kindsOf(readAsked([keyOf("greeter"), keyOf("other")], [agentRecord(), nameless]))).toEqual([
      "there",
      "unusable",
    ]);
  }
});

it("a page of a listing holds each key once, and counts what has no name", () => {
  const { told, nameless } = readListed("template", [templateRecord(), templateRecord(), {}]);
  expect([kindsOf(told), nameless]).toEqual([["there"], 1]);
});

it("nothing asked, nothing told", () => {
  expect(readAsked([], [agentRecord()])).toEqual([]);
});

it("an error's text is short, and PostgreSQL takes it", () => {
  expect(errorText(new Error(`a\0b${"x".repeat(1_000)}`))).toMatch(/^a\\0bx{496}$/);
  expect(errorText("odd")).toBe("odd");
});
