/** Work that runs beside requests until it is stopped. */
export interface Worker {
  /** There is something to do. */
  kick(): void;
  /** Ends after the batch at hand. */
  stop(): Promise<void>;
}

export interface DrainOptions {
  /** Works off one batch; gives its size, 0 if nothing was left or another process is at work. */
  readonly batch: () => Promise<number>;
  readonly pollMs: number;
  readonly onError: (error: Error) => void;
}

/** Runs batches until nothing is left: at the start, whenever it is kicked, and every `pollMs`. */
export const startDraining = ({ batch, pollMs, onError }: DrainOptions): Worker => {
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
        onError(error as Error);
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
  const timer = setInterval(kick, pollMs);
  kick();
  return {
    kick,
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
};
