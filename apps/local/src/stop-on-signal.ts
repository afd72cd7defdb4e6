/** How long stopping may take before the process ends without. */
const patienceMs = 4_500;

/**
 * Stops once, on the first signal or fault, and then ends the process. Further signals change nothing: Ctrl-C reaches us
 * from the terminal and again from the npm processes above us, and must not leave PostgreSQL behind.
 * Gives what tells whether stopping has begun.
 */
export const stopOnSignal = (stop: () => Promise<void>, tell: (text: string) => void): (() => boolean) => {
  let stopping = false;
  const end = async (code: number): Promise<void> => {
    if (stopping) return;
    stopping = true;
    tell("\nStopping … ");
    const late = setTimeout(() => process.exit(1), patienceMs);
    const ended = await stop().then(
      () => code,
      (error: Error) => {
        tell(`${error.message}\n`);
        return 1;
      },
    );
    clearTimeout(late);
    tell("stopped.\n");
    process.exit(ended);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void end(0));
  for (const fault of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(fault, (error: Error) => {
      tell(`\n${error.stack ?? error}\n`);
      void end(1);
    });
  }
  return () => stopping;
};
