import { Timestamp } from "@nofx/contract-kit";
import { type Campaign, UpgradeState, UpgradeVerdict } from "@nofx/contract-marketplace";
import { z } from "zod";

/** What a cursor of a list of campaigns holds. The database knows no year 0. */
export const campaignPosition = z.object({ at: Timestamp.regex(/^(?!0000)/), campaignId: z.uuid() });

/** What a cursor of a campaign's templates holds: a place in its order. */
export const itemPosition = z.int().min(0).max(1_000_000);

/** What a cursor of a list of templates holds. */
export const templatePosition = z.string().regex(/^[a-z0-9._-]{1,128}$/);

const each = <Name extends string>(names: readonly Name[], found: Readonly<Record<string, number>>) =>
  Object.fromEntries(names.map((name) => [name, found[name] ?? 0])) as Record<Name, number>;

/** How many of a campaign's templates are in which state and have which verdict. Every one has a state. */
export const countsOf = (
  states: Readonly<Record<string, number>>,
  verdicts: Readonly<Record<string, number>>,
): Campaign["counts"] => ({
  templates: Object.values(states).reduce((sum, count) => sum + count, 0),
  states: each(UpgradeState.options, states),
  verdicts: each(UpgradeVerdict.options, verdicts),
});

/** Whether every template of a campaign is upgraded, or needs no upgrade any more. */
export const isComplete = ({ templates, states }: Campaign["counts"]): boolean =>
  states.applied + states.skipped === templates;
