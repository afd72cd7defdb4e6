import { momentsOf } from "./calendar.ts";
import { callerIn, environmentsOf, habitsOf, paceIn } from "./habits.ts";
import { between, chooser, logNormal, type Random, randomOf, somePlaces, zipf } from "./random.ts";
import { releasesOf, versionAt } from "./rollout.ts";
import { courseOf } from "./run.ts";
import type { Delivery, SampleReport, SimulatedTemplate, Simulation } from "./simulation.ts";

const hourMs = 3_600_000;
const peopleMax = 40;
const lateMinMs = hourMs;
/** Less than the seven days within which runs can be reported. */
const lateMaxMs = 96 * hourMs;

/** Makes up one run of a template that ended at a moment. */
type Runner = (at: number, runId: string) => SampleReport;

const runnerOf = (simulation: Simulation, template: SimulatedTemplate, random: Random): Runner => {
  const { templateId, versions } = template;
  const { badRelease, from, to } = simulation;
  const found = versions.findIndex(({ version }) => version === badRelease?.version);
  const bad = badRelease?.templateId === templateId && found > 0 ? found : undefined;
  const releases = releasesOf(versions.length, bad, from.getTime(), to.getTime());
  const habits = habitsOf(random, peopleMax);
  const environmentOf = environmentsOf(template);
  return (at, runId) => {
    const index = versionAt(releases, at, random);
    const { version, steps } = versions[index] ?? versions[0];
    const environment = environmentOf(index, random);
    const medianMs = habits.medianMs * paceIn(environment);
    return {
      templateId,
      runId,
      version,
      ...(environment !== undefined && { environment }),
      ...courseOf({ ...habits, steps, medianMs, isBad: index === bad }, random),
      callerKind: callerIn(environment, random),
      subject: habits.person(random),
      occurredAt: new Date(at).toISOString(),
      sample: true,
    };
  };
};

/** Hours as often as days. */
const latenessMs = (random: Random): number => lateMinMs * (lateMaxMs / lateMinMs) ** random();

/** Most reports come within seconds after the run, and so not in the order of runs. */
const promptnessMs = (random: Random): number => logNormal(random, 2_000, 1);

const checkSimulation = ({ from, to, runs, repeatedShare = 0, lateShare = 0 }: Simulation): void => {
  if (to <= from) throw new RangeError("`to` must be after `from`");
  if (!Number.isInteger(runs) || runs < 0) throw new RangeError("`runs` must be a whole number from 0");
  for (const share of [repeatedShare, lateShare]) {
    if (!(share >= 0 && share <= 1)) throw new RangeError("Shares must be from 0 to 1");
  }
};

/**
 * Makes up runs of templates, and says when each is reported, in that order. Nights and weekends are quiet, newer versions
 * take over, a bad release is rolled back, some runs are reported late and some twice.
 */
export const simulate = (simulation: Simulation): Delivery[] => {
  checkSimulation(simulation);
  const { seed, templates, from, to, runs, repeatedShare = 0.02, lateShare = 0.03 } = simulation;
  const random = randomOf(seed);
  const [first, ...others] = templates;
  const runnerFor = (template: SimulatedTemplate): Runner => runnerOf(simulation, template, random);
  const choose = chooser<Runner>([runnerFor(first), ...others.map(runnerFor)], zipf);
  const momentOf = momentsOf(from.getTime(), to.getTime());
  const late = somePlaces(random, runs, Math.round(runs * lateShare));
  const repeated = somePlaces(random, runs, Math.round(runs * repeatedShare));
  const prefix = `sample-${seed}-${from.getTime().toString(36)}`;
  const deliveries = Array.from({ length: runs }, (_, place): Delivery[] => {
    const endedAt = momentOf(random);
    const report = choose(random)(endedAt, `${prefix}-${place}`);
    const at = endedAt + (late.has(place) ? latenessMs(random) : promptnessMs(random));
    const again = at + between(random, 1_000, 2 * hourMs);
    return [at, ...(repeated.has(place) ? [again] : [])].map((time) => ({ at: new Date(time), report }));
  });
  return deliveries.flat().sort((one, other) => one.at.getTime() - other.at.getTime());
};
