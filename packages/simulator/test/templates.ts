import type { SimulatedTemplate, SimulatedVersion } from "../src/index.ts";

const version = (number: string): SimulatedVersion => ({
  version: number,
  environments: ["development", "staging", "production"],
  steps: ["collect", "write", "review"].map((id) => ({ id, agentId: `${id}-agent`, agentVersion: "1.2.0" })),
});

/** A template with versions. */
export const template = (templateId: string, first: string, ...later: string[]): SimulatedTemplate => ({
  templateId,
  versions: [version(first), ...later.map(version)],
});

/** The one that is run most has a bad release. */
export const templates = [
  template("gate", "1.0.0", "1.1.0", "2.0.0"),
  template("train", "1.0.0", "1.0.1"),
  template("brief", "1.0.0"),
  template("patrol", "0.1.0"),
] as const;

export const badRelease = { templateId: "gate", version: "1.1.0" };
