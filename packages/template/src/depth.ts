/** As deep as a request's body may nest; deeper values would exhaust the stack of whoever walks them. */
export const depthMax = 64;

const isBranch = (value: unknown): value is object => value !== null && typeof value === "object";

/** Whether a value nests deeper than a request's body may. */
export const isTooDeep = (root: unknown): boolean => {
  let level = [root].filter(isBranch);
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > depthMax) return true;
    level = level.flatMap((value) => Object.values(value).filter(isBranch));
  }
  return false;
};
