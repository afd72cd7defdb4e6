/** One value of Prometheus' text format. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const line = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? +([^ ]+)(?: +-?\d+)?$/s;
const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)" *,? */gsy;

const unescaped = (text: string): string =>
  text.replace(/\\(.)/gs, (_all, sign: string) => (sign === "n" ? "\n" : sign));

const labelsOf = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(label)].map(([, name, value]) => [name, unescaped(value ?? "")]));

const numberOf = (text: string): number => Number(text.replace(/^([+-]?)Inf$/, "$1Infinity"));

/** Reads metrics (Prometheus text format 0.0.4). Leaves out comments, what is no line of it, and values that are no number. */
export const parseExposition = (text: string): Sample[] =>
  text.split("\n").flatMap((each) => {
    const [, name, labels = "", value = ""] = line.exec(each) ?? [];
    const number = numberOf(value);
    return name === undefined || value === "" || Number.isNaN(number)
      ? []
      : [{ name, labels: labelsOf(labels), value: number }];
  });
