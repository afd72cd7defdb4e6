import { unwrap } from "@nofx/client";
import { reportNames } from "@nofx/contract-search";
import { expect, it } from "vitest";
import { world } from "./world.ts";

it("200: every report with its typed columns, where it is, and what it takes", async () => {
  const { person, fetch } = await world();
  const { search, token } = await person("viewer");
  const { reports } = await unwrap(search.listReports());
  expect(reports.map(({ name }) => name)).toEqual(reportNames);
  for (const { url, restricted } of reports) {
    const { status } = await fetch(`http://search.test${url}`, { headers: { authorization: `Bearer ${token}` } });
    expect([url, status]).toEqual([url, restricted ? 403 : 200]);
  }
  const growth = reports.find(({ name }) => name === "catalogue-growth");
  expect(growth?.parameters).toEqual(["from", "to", "bucket"]);
  expect(growth?.columns.map(({ name, type }) => [name, type])).toEqual([
    ["from", "date"],
    ["type", "text"],
    ["created", "integer"],
    ["versions", "integer"],
    ["total", "integer"],
  ]);
  const columns = reports.flatMap((report) => report.columns.map((column) => ({ report: report.name, ...column })));
  const [slowest, dead] = ["slowest-templates", "dead-dependencies"].map((report) =>
    columns.filter((column) => column.report === report),
  );
  expect(slowest).toContainEqual(expect.objectContaining({ name: "success", type: "number", optional: true }));
  expect(dead).toContainEqual(expect.objectContaining({ name: "version", type: "text", optional: true }));
  const types = new Set(columns.map(({ type }) => type));
  expect([...types].sort()).toEqual(["boolean", "date", "integer", "number", "text", "timestamp"]);
});

it("401 unauthenticated: not without a token", async () => {
  const { anonymous } = await world();
  expect(await anonymous.listReports()).toBeProblem(401, "unauthenticated");
});
