import { jsonPath } from "@nofx/contract-kit";
import type { Difference } from "@nofx/contract-registry";
import { type Change, compareBumps, type Verdict } from "./change.ts";
import { identified, type Member } from "./identity.ts";
import { isRecord } from "./record.ts";
import { compareSchemas } from "./schema-difference.ts";
import { holdsParts, judgeByRules } from "./severity.ts";

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
const worstInside = (change: Change, part: object): Verdict => {
  const nothing = Array.isArray(part) ? [] : {};
  const inner = change.kind === "added" ? compare(nothing, part, change) : compare(part, nothing, change);
  const [worst, ...others] = inner.toSorted((a, b) => compareBumps(b.severity, a.severity));
  if (!worst) return ["patch", `An empty \`${change.names.at(-1)}\` is ${change.kind}`];
  const alike = others.filter(({ severity }) => severity === worst.severity).length;
  return [worst.severity, alike > 0 ? `${worst.reason} (and ${alike} more like it)` : worst.reason];
};

const judge = (change: Change): Difference => {
  const { path, kind, before, after, names } = change;
  const part = kind === "added" ? after : before;
  const isWhole = (kind === "added" || kind === "removed") && isBranch(part);
  const [severity, reason] = isWhole && holdsParts(names) ? worstInside(change, part) : judgeByRules(change);
  return {
    path,
    ...("before" in change && { before }),
    ...("after" in change && { after }),
    severity,
    reason,
  };
};

const compareMembers = (before: readonly Member[], after: readonly Member[], place: Place): Difference[] => {
  const left = new Map(before.map((member) => [member.step, member]));
  const right = new Map(after.map((member) => [member.step, member]));
  const shared = before.flatMap((member) => {
    const other = right.get(member.step);
    const there = inside(place, member);
    return other
      ? compare(member.value, other.value, there)
      : [judge({ ...there, kind: "removed", before: member.value })];
  });
  const added = after.filter(({ step }) => !left.has(step));
  return [...shared, ...added.map((member) => judge({ ...inside(place, member), kind: "added", after: member.value }))];
};

/** The same members in another order are another document, with another digest, so that must show too. */
const compareOrder = (before: readonly Member[], after: readonly Member[], place: Place, key: string): Difference[] => {
  const namesOf = (members: readonly Member[], others: readonly Member[]): string[] => {
    const steps = new Set(others.map(({ step }) => step));
    return members.filter(({ step }) => steps.has(step)).map(({ name }) => name);
  };
  const [left, right] = [namesOf(before, after), namesOf(after, before)];
  if (left.every((name, index) => name === right[index])) return [];
  const path = `${place.path}[*]${key}`;
  return [judge({ path, names: place.names, kind: "reordered", before: left, after: right })];
};

/** Inputs and outputs are JSON Schemas, which have rules of their own. */
const directionOf = ({ names }: Place) => {
  if (names.length !== 2 || names[0] !== "manifest") return undefined;
  return names[1] === "inputs" ? "input" : names[1] === "outputs" ? "output" : undefined;
};

const compare = (before: unknown, after: unknown, place: Place): Difference[] => {
  if (before === after) return [];
  if (!isBranch(before) || !isBranch(after) || Array.isArray(before) !== Array.isArray(after)) {
    return [judge({ ...place, kind: "changed", before, after })];
  }
  const direction = directionOf(place);
  if (direction && isRecord(before) && isRecord(after)) {
    return compareSchemas(before, after, { direction, path: place.path, name: "", depth: 0 });
  }
  const lists = Array.isArray(before) && Array.isArray(after) ? identified(place.names, before, after) : undefined;
  if (!lists) return compareMembers(membersOf(before), membersOf(after), place);
  return [
    ...compareMembers(lists.before, lists.after, place),
    ...compareOrder(lists.before, lists.after, place, lists.key),
  ];
};

/**
 * What differs between two documents, published ones or parts of them: where (JSONPath, RFC 9535), before and after, and
 * what that means.
 */
export const differences = <Document extends object>(before: Document, after: Document): Difference[] =>
  compare(before, after, { path: "$", names: [] });
