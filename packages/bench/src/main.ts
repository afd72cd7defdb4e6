/** Measures the registry against a bare Fastify with the same bytes: `node src/main.ts [--quick] [--only "one version"]`. */
import { parseArgs } from "node:util";
import { shippedManifests, startWriter } from "./content.ts";
import { compare, type Plan } from "./measure.ts";
import { comparePublishing, type PublishPlan } from "./publishing.ts";
import { compareReporting, type ReportPlan, startReporting } from "./reporting.ts";
import { type Size, type Stage, setUp } from "./stage.ts";
import { passes, type Row, table } from "./table.ts";

interface Settings {
  readonly size: Size;
  readonly cached: Plan;
  /** While a writer keeps dropping the caches. */
  readonly uncached: Plan;
  readonly uncachedSubjects: number;
  readonly publishing: PublishPlan;
  readonly reporting: ReportPlan;
  readonly hasGoals: boolean;
}

const full: Settings = {
  size: { agents: 200, versions: ["1.0.0", "1.1.0", "1.2.0"] },
  cached: { rounds: 5, seconds: 4, warmUpSeconds: 3 },
  uncached: { rounds: 3, seconds: 4, warmUpSeconds: 0 },
  uncachedSubjects: 3,
  publishing: { rounds: 5, agentsPerRound: 200, versions: 10, connections: 16 },
  reporting: { rounds: 5, batches: 40, batch: 1_000, connections: 4 },
  hasGoals: true,
};

/** Whether everything can be measured: a fraction of a second of each, of which no rate is worth telling. */
const quick: Settings = {
  size: { agents: 4, versions: ["1.0.0", "1.1.0"] },
  cached: { rounds: 1, seconds: 0.2, warmUpSeconds: 0 },
  uncached: { rounds: 1, seconds: 0.2, warmUpSeconds: 0 },
  uncachedSubjects: 1,
  publishing: { rounds: 1, agentsPerRound: 4, versions: 3, connections: 4 },
  reporting: { rounds: 1, batches: 4, batch: 50, connections: 2 },
  hasGoals: false,
};

const writeEveryMs = 50;

const measureCached = async (stage: Stage, settings: Settings, signal: AbortSignal): Promise<Row[]> => {
  const rows: Row[] = [];
  for (const subject of stage.subjects) {
    const measured = await compare(stage.service, stage.bare, subject, settings.cached, signal);
    rows.push({ ...measured, subject: subject.name, goal: settings.hasGoals ? subject.goal : undefined });
  }
  return rows;
};

const measureUncached = async (stage: Stage, settings: Settings, signal: AbortSignal): Promise<Row[]> => {
  const [manifest] = await shippedManifests();
  if (!manifest) throw new Error("No agents ship with the repository");
  const writer = startWriter(stage.publisher, manifest, writeEveryMs);
  const rows: Row[] = [];
  try {
    for (const subject of stage.subjects.slice(0, settings.uncachedSubjects)) {
      const measured = await compare(stage.service, stage.bare, subject, settings.uncached, signal);
      rows.push({ ...measured, subject: `${subject.name}, caches dropped`, goal: undefined });
    }
  } finally {
    await writer.stop();
  }
  return rows;
};

/** Of the rate at which node-postgres writes the same rows, the part that is left with everything the service does. */
const writeGoal = 0.5;

const measurePublishing = async (stage: Stage, settings: Settings, signal: AbortSignal): Promise<Row[]> => {
  const subject = "publish, against SQL";
  if (!subject.includes(options.only)) return [];
  const measured = await comparePublishing(stage.publisherTarget, stage.databaseUrl, settings.publishing, signal);
  return [{ ...measured, subject, goal: settings.hasGoals ? writeGoal : undefined }];
};

const measureReporting = async (stage: Stage, settings: Settings, signal: AbortSignal): Promise<Row[]> => {
  const subject = "runs reported in batches, against SQL";
  if (!subject.includes(options.only)) return [];
  const goal = settings.hasGoals ? writeGoal : undefined;
  await using stack = new AsyncDisposableStack();
  const { plain, keyed } = await compareReporting(await startReporting(stack, stage), settings.reporting, signal);
  return [
    { ...plain, subject, goal },
    { ...keyed, subject: `${subject} with a key`, goal },
  ];
};

const bench = async (settings: Settings, signal: AbortSignal): Promise<boolean> => {
  await using stack = new AsyncDisposableStack();
  const all = await setUp(stack, settings.size, signal);
  const stage = { ...all, subjects: all.subjects.filter(({ name }) => name.includes(options.only)) };
  const rows = await measureCached(stage, settings, signal);
  rows.push(...(await measureUncached(stage, settings, signal)));
  rows.push(...(await measurePublishing(stage, settings, signal)));
  rows.push(...(await measureReporting(stage, settings, signal)));
  if (rows.length === 0) throw new Error(`No subject is called like "${options.only}"`);
  console.log(table(rows));
  return rows.every(passes);
};

const { values: options } = parseArgs({
  options: { quick: { type: "boolean", default: false }, only: { type: "string", default: "" } },
});
const interrupted = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => interrupted.abort(new Error(name)));
try {
  process.exitCode = (await bench(options.quick ? quick : full, interrupted.signal)) ? 0 : 1;
} catch (error) {
  console.error(interrupted.signal.aborted ? "Interrupted" : error);
  process.exitCode = 1;
}
