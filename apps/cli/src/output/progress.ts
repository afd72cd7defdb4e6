import type { OutputStream } from "./style.ts";

/** Shows what is going on while somebody waits. */
export type Progress = <T>(what: string, work: () => Promise<T>) => Promise<T>;

/** Turns on a terminal (of stderr, so that data can be piped); elsewhere it is quiet. */
export const progressOn =
  (stream: OutputStream, isQuiet: boolean): Progress =>
  async (what, work) => {
    if (!stream.isTTY || isQuiet) return await work();
    const { createSpinner } = await import("nanospinner");
    const spinner = createSpinner(what, { stream: stream as NodeJS.WriteStream }).start();
    try {
      return await work();
    } finally {
      spinner.clear().stop({ text: "", mark: "", update: true });
    }
  };
