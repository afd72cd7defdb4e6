/** Work beside requests that goes on until nothing is left. */
export interface Drain {
  /** There may be something to do. */
  kick(): void;
  /** Ends after the batch at hand. */
  stop(): Promise<void>;
}

/** What a batch did, as far as it says that there is more: one that is not full has taken all that was there. */
export const ifFull = (done: number, max: number): number => (done < max ? 0 : done);

/**
 * Runs `batch` until it gives 0: now, when kicked, and every `pollMs` from some time before that on, so that those that begin
 * together do not all come to the database at once. Never twice at the same time.
 */
export const startDrain = (
  batch: () => Promise<number>,
  options: { readonly pollMs: number; readonly onError: (error: Error) => void },
): Drain => {
  let wanted = true;
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  let active = false;

  const drain = async (): Promise<void> => {
    while (wanted && !stopped) {
      wanted = false;
      try {
        while (!stopped && (await batch()) > 0);
      } catch (error) {
        options.onError(error as Error);
      }
    }
    active = false;
  };
  const kick = (): void => {
    wanted = true;
    if (active || stopped) return;
    active = true;
    running = drain();
  };
  let timer = setTimeout(() => {
    timer = setInterval(kick, options.pollMs);
    kick();
  }, Math.random() * options.pollMs);
  kick();
  return {
    kick,
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
};
