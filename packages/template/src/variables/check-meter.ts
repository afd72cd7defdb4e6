/** How much one input may be looked at to check it: a tenth of a second's work, or two. */
const unitsMax = 8_000_000;

/** What is left for the input at hand; undefined outside of `metered`, where each value has an allowance of its own. */
let unitsLeft: number | undefined;
let spent = 0;

/** That values cannot be checked in reasonable time. */
export class TooMuchToCheck extends Error {}

/**
 * Charges for work that is about to be done: a unit for each state of an expression and character held against it, or for
 * as much else. @throws TooMuchToCheck
 */
export const charge = (units: number): void => {
  const left = unitsLeft ?? unitsMax;
  if (units > left) throw new TooMuchToCheck("Too long for the expressions and values that it is held against");
  spent += units;
  if (unitsLeft !== undefined) unitsLeft = left - units;
};

/** Units charged so far: the difference tells what something took. */
export const unitsSpent = (): number => spent;

/** Does something, without a pause, that may be charged so much altogether. */
export const metered = <Result>(work: () => Result): Result => {
  if (unitsLeft !== undefined) return work();
  unitsLeft = unitsMax;
  try {
    return work();
  } finally {
    unitsLeft = undefined;
  }
};
