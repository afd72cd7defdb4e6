import { type Outage, untilWell } from "../load/outages.ts";
import type { Target } from "../target.ts";
import { clientsOf } from "../world.ts";
import { type ComposeProject, prepareProject } from "./compose-project.ts";
import { runSuite } from "./run-suite.ts";
import { surviveAll, tell } from "./survive-all.ts";

/** From built images to a system that is well; on a machine with two cores. */
const startMsMax = 90_000;

const restarted = ["registry", "marketplace", "search", "edge", "postgres"];
const alsoRestarted = ["registry-2", "marketplace-2", "search-2", "pgbouncer", "postgres-read"];

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

const start = async (project: ComposeProject, signal: AbortSignal): Promise<void> => {
  const beganAt = performance.now();
  console.log("Building images …");
  await project.compose(["build"], { signal });
  tell(`Images are built after ${seconds(beganAt)}`);
  const startedAt = performance.now();
  await project.compose(["up", "--detach"], { signal });
  const leftMs = startMsMax - (performance.now() - startedAt);
  await untilWell(clientsOf(project.origin, project.operatorToken), leftMs, signal);
  tell(`Everything is well ${seconds(startedAt)} after the start`);
};

const outagesOf = ({ compose }: ComposeProject, isScaled: boolean, signal: AbortSignal): readonly Outage[] => [
  ...[...restarted, ...(isScaled ? alsoRestarted : [])].map((what) => ({
    what,
    happen: async () => void (await compose(["restart", what], { signal })),
  })),
  {
    what: "postgres, killed,",
    happen: async () => {
      await compose(["kill", "-s", "SIGKILL", "postgres"], { signal });
      await compose(["start", "postgres"], { signal });
    },
  },
];

const test = async (project: ComposeProject, isScaled: boolean, signal: AbortSignal): Promise<boolean> => {
  const { origin, operatorToken, replicas } = project;
  const target: Target = { origin, operatorToken, isEdge: true, ...(replicas && { replicas }) };
  await start(project, signal);
  if (!(await runSuite(target, signal))) return false;
  return await surviveAll(target, outagesOf(project, isScaled, signal), signal);
};

/** What containers have said last; they are about to be taken away. */
const showLogs = async ({ compose }: ComposeProject): Promise<void> =>
  console.error(await compose(["logs", "--no-color", "--tail", "60"]).catch((error: Error) => error.message));

/** Builds and starts containers, runs the suite through their edge, proves that restarts lose nothing, takes all away. */
export const testCompose = async (isScaled: boolean, signal: AbortSignal): Promise<boolean> => {
  const project = await prepareProject(isScaled);
  try {
    const passed = await test(project, isScaled, signal);
    if (!passed) await showLogs(project);
    return passed;
  } catch (error) {
    if (!signal.aborted) await showLogs(project);
    throw error;
  } finally {
    await project.remove();
  }
};
