import { LRUCache } from "lru-cache";
import { RE2JS } from "re2js";
import { charge } from "./check-meter.ts";

/** A regular expression whose matching takes time linear in the text, whatever the expression is (RE2). */
export interface Pattern {
  /** Whether some part of the text fits. @throws TooMuchToCheck */
  test(text: string): boolean;
  /** The expression. */
  toString(): string;
}

const sourceCharactersMax = 1000;
/** `a{1000}` has a thousand states; repeated often enough, an expression of a few characters would fill the memory. */
const statesMax = 5000;

const patterns = new LRUCache<string, Pattern>({ max: 500 });

/** @throws RangeError that says what is wrong with the expression */
export const compilePattern = (source: string): Pattern => {
  const known = patterns.get(source);
  if (known) return known;
  if (source.length > sourceCharactersMax) throw new RangeError(`longer than ${sourceCharactersMax} characters`);
  const compiled = (() => {
    try {
      return RE2JS.compile(RE2JS.translateRegExp(source));
    } catch (error) {
      throw new RangeError((error as Error).message.replace("error parsing regexp: ", ""));
    }
  })();
  const states = compiled.programSize();
  if (states > statesMax) throw new RangeError("too many repetitions of repetitions");
  const pattern: Pattern = {
    // Ajv tells expressions apart by this.
    toString: () => source,
    test: (text) => {
      // Linear in the text, and in the worst case as much for each state.
      charge(states * text.length);
      return compiled.test(text);
    },
  };
  patterns.set(source, pattern);
  return pattern;
};
