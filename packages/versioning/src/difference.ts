import { type Difference, jsonPath } from "@nofx/contract-kit";
import { type Change, compareBumps, type Verdict } from "./change.ts";
import { type Identity, identified, type Member } from "./identity.ts";
import { type Places, placeFinder } from "./place.ts";
import { isRecord } from "./record.ts";
import type { Direction } from "./schema.rules.ts";
import { compareSchemas } from "./schema-difference.ts";
import { type SeverityRule, type SeverityTable, severityTable } from "./severity.ts";

/** What a kind of document says of its parts. Places are written `manifest/tools`; `*` in them is any name. */
export interface DocumentRules {
  /** What a change of each part means; the first rule that fits counts. */
  readonly severities: readonly SeverityRule[];
  /** What tells the members of lists apart; those of other lists are told apart by position. */
  readonly identities: Places<Identity>;
  /** Parts that are JSON Schemas, with rules of their own, and which way the values travel that they describe. */
  readonly schemas: Places<Direction>;
  /** Objects with a comparison of their own; `path` is where they are. */
  readonly parts?: Places<ComparePart>;
}

/** Tells what differs between two states of one part of a document. */
export type ComparePart = (
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  path: string,
) => Difference[];

/** The same, ready to be asked. */
interface Rules {
  readonly table: SeverityTable;
  readonly identityAt: (names: readonly string[]) => Identity | undefined;
  readonly directionAt: (names: readonly string[]) => Direction | undefined;
  readonly partAt: (names: readonly string[]) => ComparePart | undefined;
}
type Place = Pick<Change, "path" | "names">;

const isBranch = (value: unknown): value is object => value !== null && typeof value === "object";

const inside = (place: Place, { step, name }: Member): Place => ({
  path: place.path + step,
  names: [...place.names, name],
});

const membersOf = (value: object): Member[] =>
  Array.isArray(value)
    ? value.map((member, index) => ({ step: `[${index}]`, name: String(index), value: member }))
    : Object.entries(value).map(([name, member]) => ({ step: jsonPath([name]).slice(1), name, value: member }));

/** The gravest of what a part holds stands for the part: a list that goes takes its members along. */
const worstInside = (change: Change, part: object, rules: Rules): Verdict => {
  const nothing = Array.isArray(part) ? [] : {};
  const [before, after] = change.kind === "added" ? [nothing, part] : [part, nothing];
  const inner = compare(before, after, change, rules);
  const [worst, ...others] = inner.toSorted((a, b) => compareBumps(b.severity, a.severity));
  if (!worst) return ["patch", `An empty \`${change.names.at(-1)}\` is ${change.kind}`];
  const alike = others.filter(({ severity }) => severity === worst.severity).length;
  return [worst.severity, alike > 0 ? `${worst.reason} (and ${alike} more like it)` : worst.reason];
};

const judge = (change: Change, rules: Rules): Difference => {
  const { path, kind, before, after, names } = change;
  const part = kind === "added" ? after : before;
  const isWhole = (kind === "added" || kind === "removed") && isBranch(part) && rules.table.holdsParts(names);
  const [severity, reason] = isWhole ? worstInside(change, part, rules) : rules.table.judge(change);
  return {
    path,
    ...("before" in change && { before }),
    ...("after" in change && { after }),
    severity,
    reason,
  };
};

const compareMembers = (
  before: readonly Member[],
  after: readonly Member[],
  place: Place,
  rules: Rules,
): Difference[] => {
  const left = new Map(before.map((member) => [member.step, member]));
  const right = new Map(after.map((member) => [member.step, member]));
  const shared = before.flatMap((member) => {
    const other = right.get(member.step);
    const there = inside(place, member);
    return other
      ? compare(member.value, other.value, there, rules)
      : [judge({ ...there, kind: "removed", before: member.value }, rules)];
  });
  const added = after
    .filter(({ step }) => !left.has(step))
    .map((member) => judge({ ...inside(place, member), kind: "added", after: member.value }, rules));
  return [...shared, ...added];
};

interface Lists {
  readonly key: string;
  readonly before: readonly Member[];
  readonly after: readonly Member[];
}

/** The same members in another order are another document, with another digest, so that must show too. */
const compareOrder = ({ before, after, key }: Lists, place: Place, rules: Rules): Difference[] => {
  const namesOf = (members: readonly Member[], others: readonly Member[]): string[] => {
    const steps = new Set(others.map(({ step }) => step));
    return members.filter(({ step }) => steps.has(step)).map(({ name }) => name);
  };
  const [left, right] = [namesOf(before, after), namesOf(after, before)];
  if (left.every((name, index) => name === right[index])) return [];
  const path = `${place.path}[*]${key}`;
  return [judge({ path, names: place.names, kind: "reordered", before: left, after: right }, rules)];
};

const compare = (before: unknown, after: unknown, place: Place, rules: Rules): Difference[] => {
  if (before === after) return [];
  if (!isBranch(before) || !isBranch(after) || Array.isArray(before) !== Array.isArray(after)) {
    return [judge({ ...place, kind: "changed", before, after }, rules)];
  }
  const direction = rules.directionAt(place.names);
  if (direction && isRecord(before) && isRecord(after)) {
    return compareSchemas(before, after, { direction, path: place.path, name: "", depth: 0 });
  }
  const comparePart = rules.partAt(place.names);
  if (comparePart && isRecord(before) && isRecord(after)) return comparePart(before, after, place.path);
  const identity = rules.identityAt(place.names);
  const lists = Array.isArray(before) && Array.isArray(after) ? identified(identity, before, after) : undefined;
  if (!lists) return compareMembers(membersOf(before), membersOf(after), place, rules);
  return [...compareMembers(lists.before, lists.after, place, rules), ...compareOrder(lists, place, rules)];
};

/**
 * Makes what tells the differences between two documents of a kind, or parts of them: where (JSONPath, RFC 9535), before
 * and after, and what that means.
 */
export const differencesBy = ({ severities, identities, schemas, parts = {} }: DocumentRules) => {
  const rules: Rules = {
    table: severityTable(severities),
    identityAt: placeFinder(identities),
    directionAt: placeFinder(schemas),
    partAt: placeFinder(parts),
  };
  return <Document extends object>(before: Document, after: Document): Difference[] =>
    compare(before, after, { path: "$", names: [] }, rules);
};
