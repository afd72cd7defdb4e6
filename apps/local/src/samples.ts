import { access } from "node:fs/promises";
import { join } from "node:path";
import { type Client, ProblemError, unwrap } from "@nofx/client";
import { executionLimits, marketplaceContract } from "@nofx/contract-marketplace";
import { readSimulatedTemplates, type SimulatedTemplate, sendReports, simulate, someBadRelease } from "@nofx/simulator";
import { clientOf } from "./client.ts";
import { readLocalJson, saveSampleNote } from "./state.ts";

type Marketplace = Client<typeof marketplaceContract>;

const dayMs = 24 * 3_600_000;
/** As old as a report can be, and some time to send it. */
const reachMs = executionLimits.lateDaysMax * dayMs - 3_600_000;
/** As far back as figures by the day can be asked for. */
const everMs = 399 * dayMs;
const seed = 26;
const runs = 4_200;

/** Whether samples are to be loaded: they never were, were not removed, and no run was ever reported. */
export const wantsSamples = async (client: Marketplace, stateDirectory: string, now: Date): Promise<boolean> => {
  const isNoted = await access(join(stateDirectory, "samples.json")).then(
    () => true,
    () => false,
  );
  if (isNoted) return false;
  const from = new Date(now.getTime() - everMs).toISOString();
  return (await unwrap(client.getAnalyticsDashboard({ from }))).totals.runs === 0;
};

/** Workflows of several versions are run most: of those there is most to see. */
const rolledOut = ({ versions }: SimulatedTemplate): number =>
  versions.every(({ steps }) => steps.length > 0) ? versions.length : 0;

/** Reports made-up runs of the last seven days of templates, through the public API; gives how many. */
export const loadSamples = async (client: Marketplace, templateIds: readonly string[], now: Date): Promise<number> => {
  const read = await readSimulatedTemplates(client, templateIds);
  const [first, ...others] = read.toSorted((one, other) => rolledOut(other) - rolledOut(one));
  if (!first) return 0;
  const templates = [first, ...others] as const;
  const from = new Date(now.getTime() - reachMs);
  const deliveries = simulate({ seed, templates, from, to: now, runs, badRelease: someBadRelease(templates) });
  const arrived = deliveries.filter(({ at }) => at <= now).map(({ report }) => report);
  return (await sendReports(client, arrived)).accepted;
};

const count = (number: number, noun: string): string =>
  `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

/** Takes all samples of the local tenant away, and tells about it; they do not come again with the next start. */
export const removeSamples = async (stateDirectory: string, now: Date): Promise<string> => {
  const { origin, token } = await readLocalJson(stateDirectory);
  const client = clientOf(marketplaceContract, origin, token);
  const answer = await client.removeSampleUsage().catch(() => {
    throw new Error(`Nothing answers at ${origin}. Run \`npm start\` in another terminal, and try again.`);
  });
  if (!answer.ok) throw new ProblemError(answer.problem);
  const { reports, templates, agents } = answer.body.removed;
  await saveSampleNote(stateDirectory, { removedAt: now.toISOString() });
  if (reports === 0 && templates === 0) return "There are no sample runs.";
  return `Removed ${count(reports, "sample run")} of ${count(templates, "template")} and ${count(agents, "agent")}. Real runs are as they were.`;
};
