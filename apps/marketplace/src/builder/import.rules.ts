import type { StoredTemplate } from "@nofx/contract-marketplace";
import { StoredTemplate as Schema } from "@nofx/contract-marketplace";
import { identified, type Prompt, safetyIdentifier } from "@nofx/template";

/** One state of an imported prompt's past. */
export interface PastState {
  readonly number: number;
  readonly description: string;
  readonly instructions: string;
  readonly updatedAt: string;
}

const known = new Set(Object.keys(Schema.shape));
/** What is shown of a prompt without being kept in it. */
const shownOnly = new Set(["version"]);

/** The prompt that a stored one holds; what nobody here knows of goes along as `extra`. */
export const importedPrompt = (stored: StoredTemplate): Prompt => {
  const {
    id: _id,
    createdAt: _created,
    updatedAt: _updated,
    history: _history,
    deployments: _deployed,
    ...rest
  } = stored;
  const isExtra = ([key]: [string, unknown]): boolean => !known.has(key) && !shownOnly.has(key);
  const extra = Object.fromEntries(Object.entries(rest).filter(isExtra));
  const own = Object.fromEntries(Object.entries(rest).filter(([key]) => known.has(key))) as typeof rest;
  return {
    ...own,
    input: identified(stored.input),
    safetyIdentifier: stored.safetyIdentifier ?? safetyIdentifier(stored.name),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
};

/**
 * The past of a stored prompt, oldest first, ending with what it is now. Numbers that repeat, as an older builder wrote
 * them after the twentieth state, are counted on.
 */
export const importedPast = (stored: StoredTemplate): PastState[] => {
  const { description, instructions, updatedAt } = stored;
  const past: PastState[] = [];
  const add = (number: number, state: Omit<PastState, "number">): void => {
    past.push({ number: Math.max(number, (past.at(-1)?.number ?? 0) + 1), ...state });
  };
  const byTime = stored.history.toSorted((a, b) => a.updatedAt.localeCompare(b.updatedAt) || a.version - b.version);
  for (const { version, ...state } of byTime) add(version, state);
  const last = past.at(-1);
  const isThere = last?.description === description && last.instructions === instructions;
  if (!isThere) add(1, { description, instructions, updatedAt });
  return past;
};
