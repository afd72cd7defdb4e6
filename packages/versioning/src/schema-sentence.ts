import type { Severity } from "./change.ts";
import type { Direction, Effect } from "./schema.rules.ts";

/** What a sentence needs to know of the place that it is about. */
interface Subject {
  readonly direction: Direction;
  readonly name: string;
}

const consequences: Readonly<Record<Exclude<Direction, "variable">, Readonly<Record<Effect, string>>>> = {
  input: {
    narrower: "what callers send may be refused",
    wider: "more is accepted than before",
    either: "it cannot be shown that everything that callers send is still accepted",
    default: "it means something else to leave it out",
    none: "what is accepted stays the same",
  },
  output: {
    narrower: "callers receive less than they were told",
    wider: "callers may receive what they do not expect",
    either: "it cannot be shown that callers receive only what they expect",
    default: "what callers receive stays the same",
    none: "what callers receive stays the same",
  },
};

const takes: Readonly<Record<Effect, string>> = {
  narrower: "takes fewer values",
  wider: "takes more values",
  either: "takes other values: it cannot be shown that everything that was taken still is",
  default: "is described otherwise",
  none: "is described otherwise",
};

const called = ({ direction, name }: Subject): string => {
  if (name === "") return direction === "input" ? "The input" : "The output";
  return `${direction === "input" ? "Input" : "Output"} \`${name}\``;
};

const quoted = (value: unknown): string => `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
const isShort = (value: unknown): boolean => (JSON.stringify(value) ?? "").length <= 40;

const asList = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

const missing = (from: unknown, to: unknown): string => {
  const others = new Set(asList(to).map((value) => JSON.stringify(value)));
  const gone = asList(from).filter((value) => !others.has(JSON.stringify(value)));
  const shown = gone.slice(0, 5).map(quoted).join(", ");
  return gone.length > 5 ? `${shown} and ${gone.length - 5} more` : shown;
};

const requiredSentence = (subject: Subject, before: unknown, after: unknown): string => {
  const { direction, name } = subject;
  const whose = name ? ` of \`${name}\`` : "";
  const noun = direction === "input" ? "Input" : "Output";
  const tell = (names: string, what: string): string =>
    names && `${noun} ${names}${whose} ${names.includes("`, `") ? "are" : "is"} ${what}`;
  const now = direction === "input" ? "now required: callers that leave it out are refused" : "now always there";
  const then = direction === "input" ? "no longer required" : "no longer always there: callers that rely on it break";
  const parts = [tell(missing(after, before), now), tell(missing(before, after), then)];
  return parts.filter(Boolean).join("; ") || `${called(subject)}: what is required is listed otherwise`;
};

const valuesPhrase = (keyword: string, before: unknown, after: unknown): string => {
  const [lost, gained] = [missing(before, after), missing(after, before)];
  const parts = [lost && `no longer ${lost}`, gained && `now ${gained}`].filter(Boolean);
  return `\`${keyword}\` is ${parts.join(", ") || "listed otherwise"}`;
};

const changePhrase = (keyword: string, before: unknown, after: unknown): string => {
  const what = `\`${keyword}\``;
  if (before === undefined) return isShort(after) ? `${what} is new (${quoted(after)})` : `${what} is new`;
  if (after === undefined) return `${what} is gone`;
  return isShort(before) && isShort(after)
    ? `${what} goes from ${quoted(before)} to ${quoted(after)}`
    : `${what} is another`;
};

/** What is said of a keyword now, without whose. */
const phrase = (keyword: string, before: unknown, after: unknown): string => {
  const isList = (keyword === "type" || keyword === "enum") && before !== undefined && after !== undefined;
  return isList ? valuesPhrase(keyword, before, after) : changePhrase(keyword, before, after);
};

const variableSentence = (name: string, keyword: string, effect: Effect, before: unknown, after: unknown): string => {
  const what = `Variable \`${name}\` ${takes[effect]}`;
  if (keyword !== "") return `${what}: ${phrase(keyword, before, after)}`;
  if (before === undefined) return `${what}: what it takes is told now`;
  return `${what}: ${after === undefined ? "what it takes is no longer told" : "it has another schema"}`;
};

/** One sentence about a changed keyword of a schema. */
export const sentence = (
  subject: Subject,
  keyword: string,
  effect: Effect,
  before: unknown,
  after: unknown,
): string => {
  const { direction, name } = subject;
  if (direction === "variable") return variableSentence(name, keyword, effect, before, after);
  if (keyword === "required") return requiredSentence(subject, before, after);
  const consequence = consequences[direction][effect];
  if (keyword === "") return `${called(subject)} has another schema: ${consequence}`;
  return `${called(subject)}: ${phrase(keyword, before, after)}: ${consequence}`;
};

/** A property that is gone: of inputs it matters only if what is not declared is refused. */
export const removedProperty = (subject: Subject, isClosed: boolean): { severity: Severity; reason: string } => {
  const what = `${called(subject)} is removed`;
  if (subject.direction === "output") return { severity: "major", reason: `${what}: callers that read it break` };
  return isClosed
    ? { severity: "major", reason: `${what}: callers that send it are refused` }
    : { severity: "minor", reason: `${what}: it has no effect any more` };
};
