import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { AgentVersionDocument } from "@nofx/contract-registry";
import { demanding, isStable, judgeBump } from "@nofx/versioning";
import { compare } from "semver";
import { describe, expect, it } from "vitest";
import { assembleManifest, classify, toPublication, validateManifest } from "../src/index.ts";

const root = join(import.meta.dirname, "../../shared/agents");
const directories = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.name === "agent.json")
  .map(({ parentPath }) => relative(root, parentPath));

const isPublished = (path: string): boolean => path !== "agent.json" && !path.startsWith("versions/");

const read = (directory: string) => {
  const base = join(root, directory);
  const files = readdirSync(base, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((file) => [relative(base, file).split(sep).join("/"), new Uint8Array(readFileSync(file))] as const)
    .filter(([path]) => isPublished(path));
  return assembleManifest(JSON.parse(readFileSync(join(base, "agent.json"), "utf8")), new Map(files));
};

it("agents are shipped at all, some with earlier versions", () => {
  expect(directories.length).toBeGreaterThan(20);
  expect(directories.some((directory) => directory.includes("versions"))).toBe(true);
});

describe.each(directories)("%s", (directory) => {
  const { manifest, findings } = read(directory);
  const verdict = validateManifest(manifest);

  it("can be published: no errors, no warnings", () => {
    expect(findings).toEqual([]);
    expect(verdict).toMatchObject({ valid: true, errors: [], warnings: [] });
  });

  it("is the agent that its directory names, in the version that its directory names", () => {
    if (!verdict.valid) throw new Error("not valid");
    const [agentId, , version] = directory.split(sep);
    expect(verdict.manifest.agentId).toBe(agentId);
    if (version !== undefined) expect(verdict.manifest.version).toBe(version);
  });

  it("publishes the prompt that it starts with, unless it starts with code", () => {
    if (!verdict.valid) throw new Error("not valid");
    const { entryPrompt, entry } = verdict.manifest.manifest;
    const paths = toPublication(verdict.manifest).files.map(({ description }) => description.path);
    if (entryPrompt === undefined) expect(entry).toEqual(expect.any(String));
    else expect(paths).toContain(entryPrompt);
  });
});

const published = (directory: string) => {
  const verdict = validateManifest(read(directory).manifest);
  if (!verdict.valid) throw new Error(`${directory} is not valid`);
  return toPublication(verdict.manifest).document;
};

/** Each step of a history: a version, and the one that it is held against. */
const steps = (documents: readonly AgentVersionDocument[]) =>
  documents
    .toSorted((a, b) => compare(a.version, b.version))
    .flatMap((document, index, sorted) => {
      const below = sorted.slice(0, index);
      const previous = below.findLast(({ version }) => isStable(version)) ?? below.at(-1);
      return previous ? [{ previous, document }] : [];
    });

const histories = Map.groupBy(directories.map(published), ({ agentId }) => agentId);
const allSteps = [...histories.values()].flatMap(steps);

it.each(
  allSteps.map(
    ({ previous, document }) => [document.agentId, previous.version, document.version, { previous, document }] as const,
  ),
)("%s says enough when it goes from %s to %s", (_agentId, from, to, { previous, document }) => {
  const { bump, differences } = classify(previous, document);
  const { enough, declared } = judgeBump(from, to, bump);
  expect({ enough, declared, reasons: enough ? [] : demanding(differences, bump) }).toEqual({
    enough: true,
    declared,
    reasons: [],
  });
});
