import type { OutputStream, Style } from "./style.ts";

/** Shows what is going on while somebody waits. */
export type Progress = <T>(what: string, work: () => Promise<T>) => Promise<T>;

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const frameMs = 80;

/** Takes away what stands on a terminal's line, such as what is going on. */
export const clearLine = "\r\u001b[2K";

/**
 * Turns on a terminal (of stderr, so that data can be piped), and leaves nothing there; elsewhere it is quiet. Listens
 * to no signal: what Ctrl-C means is for others to say.
 */
export const progressOn =
  (stream: OutputStream, style: Style, isQuiet: boolean): Progress =>
  async (what, work) => {
    if (!stream.isTTY || isQuiet) return await work();
    // A line that wraps could not be taken away.
    const text = what.slice(0, Math.max(0, (stream.columns ?? 80) - 3));
    let turn = 0;
    const show = (): void => {
      stream.write(`${clearLine}${style.cyan(frames[turn++ % frames.length] ?? "")} ${text}`);
    };
    show();
    const timer = setInterval(show, frameMs);
    try {
      return await work();
    } finally {
      clearInterval(timer);
      stream.write(clearLine);
    }
  };
