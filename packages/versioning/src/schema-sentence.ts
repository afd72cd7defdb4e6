import type { Severity } from "./change.ts";
import type { Direction, Effect } from "./schema.rules.ts";

/** What a sentence needs to know of the place that it is about. */
interface Subject {
  readonly direction: Direction;
  readonly name: string;
}

const consequences: Readonly<Record<Direction, Readonly<Record<Effect, string>>>> = {
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

const valuesSentence = (subject: Subject, keyword: string, before: unknown, after: unknown): string => {
  const [lost, gained] = [missing(before, after), missing(after, before)];
  const parts = [lost && `no longer ${lost}`, gained && `now ${gained}`].filter(Boolean);
  return `${called(subject)}: \`${keyword}\` is ${parts.join(", ") || "listed otherwise"}`;
};

const changeSentence = (subject: Subject, keyword: string, before: unknown, after: unknown): string => {
  if (keyword === "") return `${called(subject)} has another schema`;
  const what = `${called(subject)}: \`${keyword}\``;
  if (before === undefined) return isShort(after) ? `${what} is new (${quoted(after)})` : `${what} is new`;
  if (after === undefined) return `${what} is gone`;
  return isShort(before) && isShort(after)
    ? `${what} goes from ${quoted(before)} to ${quoted(after)}`
    : `${what} is another`;
};

/** One sentence about a changed keyword of a schema. */
export const sentence = (
  subject: Subject,
  keyword: string,
  effect: Effect,
  before: unknown,
  after: unknown,
): string => {
  if (keyword === "required") return requiredSentence(subject, before, after);
  const isList = (keyword === "type" || keyword === "enum") && before !== undefined && after !== undefined;
  const what = isList
    ? valuesSentence(subject, keyword, before, after)
    : changeSentence(subject, keyword, before, after);
  return `${what}: ${consequences[subject.direction][effect]}`;
};

/** A property that is gone: of inputs it matters only if what is not declared is refused. */
export const removedProperty = (subject: Subject, isClosed: boolean): { severity: Severity; reason: string } => {
  const what = `${called(subject)} is removed`;
  if (subject.direction === "output") return { severity: "major", reason: `${what}: callers that read it break` };
  return isClosed
    ? { severity: "major", reason: `${what}: callers that send it are refused` }
    : { severity: "minor", reason: `${what}: it has no effect any more` };
};
