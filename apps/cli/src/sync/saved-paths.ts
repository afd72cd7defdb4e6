import { basename } from "node:path";
import { watch } from "chokidar";

/** Editors save in pieces: what comes within this belongs together. */
const settleMs = 100;

/** What is saved below some directories, as it is. */
export interface SavedPaths {
  /** Waits until something is, or the time is over, or the signal ends it; empty then. */
  next(timeoutMs?: number): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Nothing is published from `.git` and the like, and `.nofx` of a running control plane never rests. */
const isIgnored = (name: string): boolean => name === "node_modules" || (name.startsWith(".") && name.length > 1);

/** Watches directories from now on. */
export const watchPaths = async (paths: readonly string[], signal: AbortSignal | undefined): Promise<SavedPaths> => {
  const saved = new Set<string>();
  let failure: unknown;
  let wake = (): void => undefined;
  const given = new Set(paths);
  const watcher = watch([...paths], {
    ignoreInitial: true,
    ignored: (path, stats) => !given.has(path) && stats?.isDirectory() === true && isIgnored(basename(path)),
  });
  watcher.on("all", (_event, path) => {
    saved.add(path);
    wake();
  });
  watcher.on("error", (error) => {
    failure = error;
    wake();
  });
  await new Promise<void>((resolve) => watcher.once("ready", resolve));
  const wakened = (timeoutMs: number | undefined): Promise<void> =>
    new Promise((resolve) => {
      const timer = timeoutMs === undefined ? undefined : setTimeout(() => wake(), timeoutMs);
      wake = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      signal?.addEventListener("abort", wake);
    });
  return {
    next: async (timeoutMs) => {
      if (saved.size === 0 && failure === undefined && !signal?.aborted) await wakened(timeoutMs);
      if (saved.size > 0 && !signal?.aborted) await new Promise((resolve) => setTimeout(resolve, settleMs));
      if (failure !== undefined) throw failure;
      const paths = [...saved];
      saved.clear();
      return paths;
    },
    close: () => watcher.close(),
  };
};
