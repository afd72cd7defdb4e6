import { readdir, readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

/** What is measured for itself: the services' processes, and PostgreSQL with all of its own. */
export interface Processes {
  readonly registry: number;
  readonly marketplace: number;
  readonly search: number;
  /** Of the postmaster. */
  readonly postgres: number;
}

export type Part = keyof Processes;
export const parts: readonly Part[] = ["registry", "marketplace", "search", "postgres"];

/** CPU time since a process began, in milliseconds. */
export type Cpu = Readonly<Record<Part, number>>;

/** Linux counts in hundredths of a second, whatever the clock of the machine. */
const msPerTick = 10;

interface Stat {
  readonly parent: number;
  readonly ownMs: number;
  /** Of children that have ended. */
  readonly endedMs: number;
}

/** Reads /proc/<pid>/stat. The name of the program may have spaces and parentheses. */
export const parseStat = (text: string): Stat => {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const ms = (...places: number[]): number => places.reduce((sum, place) => sum + Number(fields[place]) * msPerTick, 0);
  return { parent: Number(fields[1]), ownMs: ms(11, 12), endedMs: ms(13, 14) };
};

const statOf = async (pid: number | string): Promise<Stat | undefined> =>
  await readFile(`/proc/${pid}/stat`, "utf8").then(parseStat, () => undefined);

const ownMs = async (pid: number): Promise<number> => (await statOf(pid))?.ownMs ?? 0;

/** Of a process with its children, those that have ended included. */
const familyMs = async (pid: number): Promise<number> => {
  const [own, names] = await Promise.all([statOf(pid), readdir("/proc")]);
  const others = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map(statOf));
  const children = others.filter((stat) => stat?.parent === pid);
  return children.reduce((sum, stat) => sum + (stat?.ownMs ?? 0), (own?.ownMs ?? 0) + (own?.endedMs ?? 0));
};

/** CPU time of all parts until now. */
export const cpuOf = async (processes: Processes): Promise<Cpu> => ({
  registry: await ownMs(processes.registry),
  marketplace: await ownMs(processes.marketplace),
  search: await ownMs(processes.search),
  postgres: await familyMs(processes.postgres),
});

const ofEach = (amount: (part: Part) => number): Cpu => ({
  registry: amount("registry"),
  marketplace: amount("marketplace"),
  search: amount("search"),
  postgres: amount("postgres"),
});

const difference = (after: Cpu, before: Cpu): Cpu => ofEach((part) => after[part] - before[part]);

/** Milliseconds of CPU per second of time while nobody asks for anything. */
export const idleOf = async (processes: Processes, seconds: number): Promise<Cpu> => {
  const before = await cpuOf(processes);
  await delay(seconds * 1000);
  const used = difference(await cpuOf(processes), before);
  return ofEach((part) => used[part] / seconds);
};

/** Waits until what was set off is done: twice in a row, hardly anything is used within so many seconds. With 0, it does not. */
export const untilQuiet = async (processes: Processes, seconds: number, signal: AbortSignal): Promise<void> => {
  for (let quiet = 0; quiet < 2 && seconds > 0; ) {
    const used = await idleOf(processes, seconds);
    signal.throwIfAborted();
    quiet = parts.every((part) => used[part] < 100) ? quiet + 1 : 0;
  }
};

/** CPU time that work takes, with everything that it sets off, and without what is used anyway. */
export const cpuFor = async (
  processes: Processes,
  idle: Cpu,
  work: () => Promise<void>,
  quietSeconds: number,
  signal: AbortSignal,
): Promise<Cpu> => {
  const startedAt = performance.now();
  const before = await cpuOf(processes);
  await work();
  await untilQuiet(processes, quietSeconds, signal);
  const used = difference(await cpuOf(processes), before);
  const seconds = (performance.now() - startedAt) / 1000;
  return ofEach((part) => Math.max(0, used[part] - idle[part] * seconds));
};
