import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { asArray, asObject, readText } from "@nofx/document";
import { usageFailure } from "../failure.ts";
import type { AgentChoice } from "./adapt-starting-point.ts";

/** The agents for the steps of a new template. */
interface ChosenAgents {
  readonly chosen: Readonly<Record<string, AgentChoice>>;
  /** Those that lie nowhere and have to be made. */
  readonly missing: readonly string[];
}

/** The version of an agent that lies in a directory of agents; undefined if there is none. */
const versionBeside = async (agents: string, id: string): Promise<string | undefined> => {
  const text = await readFile(join(agents, id, "agent.json"), "utf8").catch(() => undefined);
  const { version } = asObject(text === undefined ? undefined : readText(text).content?.value);
  return typeof version === "string" ? version : undefined;
};

/** Chooses who does what a starting point needs: whom the author names, else whoever lies beside it by that name. */
export const chooseAgents = async (
  needed: unknown,
  named: Readonly<Record<string, string>>,
  agents: string,
): Promise<ChosenAgents> => {
  const roles = asArray(needed).map(String);
  const strange = Object.keys(named).find((role) => !roles.includes(role));
  if (strange !== undefined) {
    const there = roles.length > 0 ? `It has: ${roles.join(", ")}.` : "It has none.";
    throw usageFailure(`--agent: the starting point has no agent "${strange}"`, there);
  }
  const chosen: Record<string, AgentChoice> = {};
  const missing: string[] = [];
  for (const role of roles) {
    const id = named[role] ?? role;
    const version = await versionBeside(agents, id);
    if (version === undefined && named[role] === undefined) missing.push(role);
    // Of one that lies elsewhere nothing is known but its name.
    chosen[role] = {
      id,
      range: version === undefined ? (named[role] === undefined ? ">=0.1.0" : "*") : `>=${version}`,
    };
  }
  return { chosen, missing };
};
