import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readEnv as marketplace } from "@nofx/marketplace";
import { readEnv as registry } from "@nofx/registry";
import { readEnv as search } from "@nofx/search";
import { describe, expect, it } from "vitest";
import { readEnv as migrate } from "../src/env.ts";

const page = await readFile(join(import.meta.dirname, "../../../docs/operations/configuration.md"), "utf8");

/** The variables in the table below a heading. */
const told = (heading: string): string[] => {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
  return [...section.matchAll(/^\| `([A-Z_]+)` +\|/gm)].map(([, name = ""]) => name);
};

describe("docs/operations/configuration.md", () => {
  it.each([
    ["Registry", registry],
    ["Marketplace", marketplace],
    ["Search", search],
  ])("tells every variable of %s, and no other", (heading, { variables }) => {
    expect([...told("Every service"), ...told(heading)].sort()).toEqual([...variables].sort());
  });

  it("tells every variable of the job that migrates", () => {
    expect(told("Migrate").sort()).toEqual([...migrate.variables].sort());
  });

  it.each(Object.entries({ registry, marketplace, search, migrate }))(
    "no variable of %s has the name of another one's file",
    (_name, { variables }) => {
      expect(variables.filter((variable) => variables.includes(`${variable}_FILE`))).toEqual([]);
    },
  );
});
