/** A computation that stops now and then, so that whoever carries it out may do something else before it goes on. */
export type Sliced<Result> = Generator<undefined, Result, undefined>;

/** What has been looked at so far, whatever it was, and when to stop next. */
export interface Work {
  looked: number;
  pauseAt: number;
}

/** What is looked at between two stops: a few milliseconds' work. */
const sliceSize = 20_000;

/** Work that has not begun. */
export const newWork = (): Work => ({ looked: 0, pauseAt: sliceSize });

/** Whether to stop here. It depends on what has been looked at and on no clock. */
export const isDue = (work: Work): boolean => {
  if (work.looked < work.pauseAt) return false;
  work.pauseAt = work.looked + sliceSize;
  return true;
};

/** Carries a computation out without a stop. */
export const inOneGo = <Result>(computation: Sliced<Result>): Result => {
  for (;;) {
    const { done, value } = computation.next();
    if (done) return value;
  }
};
