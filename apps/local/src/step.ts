/** Runs one step of the start and tells about it. */
export type Step = <T>(what: string, work: () => Promise<T>, tell?: (result: T) => string) => Promise<T>;
