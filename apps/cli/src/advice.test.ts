import { coreErrors, type ErrorCatalogue } from "@nofx/contract-kit";
import { marketplaceErrors } from "@nofx/contract-marketplace";
import { registryErrors } from "@nofx/contract-registry";
import { searchErrors } from "@nofx/contract-search";
import { expect, it } from "vitest";
import { adviceOn, advisedCodes } from "./advice.ts";

const catalogue: ErrorCatalogue = { ...coreErrors, ...registryErrors, ...marketplaceErrors, ...searchErrors };

it.each(Object.entries(catalogue))("%s: there is something to do about it", (code, { status }) => {
  expect(adviceOn({ code, status }, {})).toMatch(/^[A-Z`].{20,}[.a-z`>]$/s);
});

it("every code that has advice of its own is one that a service answers, or a sync gives", () => {
  const ofSync = ["aborted", "no_answer", "earlier_version_failed", "sync_incomplete", "file_broken"];
  expect(advisedCodes.filter((code) => !(code in catalogue)).sort()).toEqual(ofSync.sort());
});

it("names the file, the least version and the resource where they are known", () => {
  const code = "version_bump_too_small";
  expect(adviceOn({ code }, { file: "a/agent.json", least: "2.0.0" })).toBe(
    'Write "version": "2.0.0" in a/agent.json.',
  );
  expect(adviceOn({ code }, {})).toBe("Write a higher version in the manifest.");
  expect(adviceOn({ code: "version_not_found" }, { resource: "agent:greeter" })).toContain(
    "`nofx status agent:greeter`",
  );
});

it("names --force only where a command has it, and for what it helps against", () => {
  expect(adviceOn({ code: "tests_failed" }, { canForce: true })).toContain("--force");
  expect(adviceOn({ code: "tests_failed" }, {})).not.toContain("--force");
  expect(adviceOn({ code: "version_conflict" }, { canForce: true })).not.toContain("--force");
});
