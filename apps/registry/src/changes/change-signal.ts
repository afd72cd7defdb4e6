/** Tells those who wait that the feed has grown. */
export interface ChangeSignal {
  signal(): void;
  /** Resolves at the next signal, after `waitMs`, or when `until` ends, whichever is first. */
  next(waitMs: number, until: AbortSignal): Promise<void>;
}

export const changeSignal = (): ChangeSignal => {
  const waiting = new Set<() => void>();
  return {
    signal: () => {
      for (const wake of [...waiting]) wake();
    },
    next: (waitMs, until) =>
      new Promise((resolve) => {
        const wake = (): void => {
          waiting.delete(wake);
          clearTimeout(timer);
          until.removeEventListener("abort", wake);
          resolve();
        };
        const timer = setTimeout(wake, waitMs);
        waiting.add(wake);
        until.addEventListener("abort", wake);
        if (until.aborted) wake();
      }),
  };
};
