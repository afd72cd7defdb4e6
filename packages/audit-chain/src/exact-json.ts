/** A decimal number without what does not change its value: `-1.50e2` and `-150` are both `-15e1`. */
const significant = (text: string): string => {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const kept = digits.replace(/0+$/, "");
  if (kept === "") return "0";
  return `${sign}${kept}e${Number(exponent) - fraction.length + digits.length - kept.length}`;
};

/** What JSON text cannot hold in a database's string, so that no string means the same as a number. */
const unrounded = "\u0000";

/**
 * Reads JSON without rounding: PostgreSQL keeps numbers of any length, JavaScript 17 digits of them. A number that would
 * change its value is given as a marked text, so that no change of it goes unnoticed by a hash.
 */
export const parseExactly = (text: string): unknown => {
  const keepExact = (_key: string, value: unknown, context: { readonly source?: string }): unknown => {
    if (typeof value !== "number" || context.source === undefined || String(value) === context.source) return value;
    return significant(String(value)) === significant(context.source) ? value : unrounded + context.source;
  };
  return JSON.parse(text, keepExact as (key: string, value: unknown) => unknown);
};
