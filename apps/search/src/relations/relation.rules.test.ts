import { expect, it } from "vitest";
import { agent, template, uses, versions } from "../../test/kept-records.ts";
import { relationsOf } from "./relation.rules.ts";

const from = { type: "template", tenant: "acme", id: "train" };

it("an agent's dependencies are said by its current version, a successor by the agent itself", () => {
  const record = agent("review", {
    visibility: "private",
    currentVersion: "2.0.0",
    versions: versions("2.0.0", "1.0.0"),
    dependencies: [{ tenant: "globex", agentId: "linter", range: "^1.0.0" }],
    successor: { tenant: "acme", agentId: "review-2" },
  });
  const source = { from: { type: "agent", tenant: "acme", id: "review" }, visibility: "private" };
  expect(relationsOf(record)).toEqual([
    {
      ...source,
      to: { type: "agent", tenant: "globex", id: "linter" },
      relation: "uses",
      range: "^1.0.0",
      version: "2.0.0",
    },
    { ...source, to: { type: "agent", tenant: "acme", id: "review-2" }, relation: "successor" },
  ]);
});

it("a template uses what its versions declare and lock, and remembers where it comes from", () => {
  const record = template("train", {
    uses: [
      uses("review", { range: "^1.0.0", locked: "1.2.0", environment: "production" }),
      uses("part", { kind: "template", locked: "3.0.0" }),
    ],
    forkedFrom: { tenant: "globex", templateId: "train", version: "1.4.0" },
  });
  const edge = { from, visibility: "public" };
  expect(relationsOf(record)).toMatchObject([
    { ...edge, to: { type: "agent", id: "review" }, range: "^1.0.0", locked: "1.2.0", environment: "production" },
    { ...edge, to: { type: "template", id: "part" }, locked: "3.0.0", version: "1.0.0" },
    { ...edge, to: { type: "template", tenant: "globex", id: "train" }, relation: "fork", locked: "1.4.0" },
  ]);
});

it("what a draft of a public resource says is private, what its other versions say is not", () => {
  const draft = {
    version: "2.0.0",
    status: "draft",
    publishedAt: "2026-11-22T09:30:00.000Z",
    publishedBy: "alice",
  } as const;
  const record = template("train", {
    versions: [draft, ...versions("1.0.0")],
    uses: [uses("secret", { version: "2.0.0" }), uses("known")],
  });
  expect(relationsOf(record).map(({ to, visibility }) => [to.id, visibility])).toEqual([
    ["secret", "private"],
    ["known", "public"],
  ]);
});
