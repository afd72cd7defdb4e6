import { LRUCache } from "lru-cache";
import { RE2JS } from "re2js";

/** A regular expression whose matching takes time linear in the text, whatever the expression is (RE2). */
export interface Pattern {
  /** Whether some part of the text fits. */
  test(text: string): boolean;
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
  const pattern = (() => {
    try {
      return RE2JS.compile(RE2JS.translateRegExp(source));
    } catch (error) {
      throw new RangeError((error as Error).message.replace("error parsing regexp: ", ""));
    }
  })();
  if (pattern.programSize() > statesMax) throw new RangeError("too many repetitions of repetitions");
  patterns.set(source, pattern);
  return pattern;
};
