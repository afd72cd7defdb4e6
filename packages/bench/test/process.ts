import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";

const run = promisify(execFile);
/** How long a failed test waits for the processes to end by themselves. */
const patienceMs = 15_000;

interface Started {
  readonly child: ChildProcess;
  /** Everything printed so far, errors too. */
  readonly output: () => string;
  /** Waits until it and all that print where it prints have ended; gives its exit code. */
  readonly ended: Promise<number | null>;
}

/** Runs what `npm run bench` runs, in a group of its own, as a terminal does. */
export const startBench = (parameters: readonly string[], directory: string): Started => {
  const child = spawn(process.execPath, [join(import.meta.dirname, "../src/main.ts"), ...parameters], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: directory },
    detached: true,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  let isOver = false;
  const ended = once(child, "close").then(([code]) => {
    isOver = true;
    return code as number | null;
  });
  onTestFinished(async () => {
    if (isOver) return;
    const tooLong = setTimeout(() => process.kill(-Number(child.pid), "SIGKILL"), patienceMs);
    child.kill("SIGTERM");
    await ended;
    clearTimeout(tooLong);
  });
  return { child, output: () => output, ended };
};

/** A running process: its id, its parent's, and what it was started as. */
interface Running {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** What /proc says of one process; nothing once it has ended. */
const readProc = async (pid: string): Promise<Running[]> => {
  const read = (file: string): Promise<string> => readFile(`/proc/${pid}/${file}`, "utf8");
  const facts = await Promise.all([read("stat"), read("cmdline")]).catch(() => undefined);
  if (!facts) return [];
  const [stat, command] = facts;
  // The name, in brackets, may hold anything; after it come the state and the parent.
  const [, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return [{ pid: Number(pid), parent: Number(parent), command: command.replaceAll("\0", " ") }];
};

/** All processes. From /proc on Linux, whose small images lack `ps`. */
const allProcesses = async (): Promise<Running[]> => {
  if (process.platform === "linux") {
    const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
    return (await Promise.all(pids.map(readProc))).flat();
  }
  const { stdout } = await run("ps", ["-A", "-o", "pid=,ppid=,args="]);
  return [...stdout.matchAll(/^\s*(\d+)\s+(\d+)\s+(.*)$/gm)].map(([, pid, parent, command = ""]) => ({
    pid: Number(pid),
    parent: Number(parent),
    command,
  }));
};

/** The processes that a process has started and that run. */
export const childrenOf = async (pid: number): Promise<Running[]> =>
  (await allProcesses()).filter(({ parent }) => parent === pid);

/** Whether a process still runs. */
export const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
