/** A value that is read now and then. */
export interface KeptValue<T> {
  get(): Promise<T>;
  /** It has changed: whoever asks next waits for the new one. */
  forget(): void;
}

/**
 * Keeps what `read` gives. Beyond `freshMs` it is read anew while the old one is still handed out; beyond `keptMs`, whoever
 * asks waits. At most one reading at a time, but for one that began before it was forgotten.
 */
export const keptValue = <T>(
  read: () => Promise<T>,
  { freshMs, keptMs }: { readonly freshMs: number; readonly keptMs: number },
): KeptValue<T> => {
  let kept: { readonly value: T; readonly at: number } | undefined;
  let reading: Promise<T> | undefined;
  const readAnew = (): Promise<T> => {
    const at = performance.now();
    const current: Promise<T> = read().then(
      (value) => {
        if (reading === current) [kept, reading] = [{ value, at }, undefined];
        return value;
      },
      (error: unknown) => {
        if (reading === current) reading = undefined;
        throw error;
      },
    );
    reading = current;
    return current;
  };
  return {
    get: async () => {
      const ageMs = kept ? performance.now() - kept.at : Number.POSITIVE_INFINITY;
      if (!kept || ageMs > keptMs) return await (reading ?? readAnew());
      // Whoever asks when it is too old to be handed out learns of the failure.
      if (ageMs > freshMs && !reading) readAnew().catch(() => undefined);
      return kept.value;
    },
    forget: () => {
      [kept, reading] = [undefined, undefined];
    },
  };
};
