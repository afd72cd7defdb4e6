import { isRecord } from "./record.ts";

/** A member of a list or object: the JSONPath step that leads to it, and what it is called. */
export interface Member {
  readonly step: string;
  readonly name: string;
  readonly value: unknown;
}

/** What tells the members of a list apart; lists whose members have it are compared by it, not by position. */
export interface Identity {
  /** What follows `[*]` in the path of the list of identities. */
  readonly key: string;
  readonly member: (value: unknown) => Omit<Member, "value"> | undefined;
}

/** A string literal of JSONPath (RFC 9535, section 2.3.5.1). */
export const pathLiteral = (text: string): string => `'${text.replace(/[\\']/g, "\\$&")}'`;

/** Members are told apart by a text under this key. */
export const byKey = (key: string): Identity => ({
  key: `.${key}`,
  member: (value) => {
    const name = isRecord(value) ? value[key] : undefined;
    return typeof name === "string" ? { step: `[?@.${key}==${pathLiteral(name)}]`, name } : undefined;
  },
});

/** Members are texts. */
export const byValue: Identity = {
  key: "",
  member: (value) => (typeof value === "string" ? { step: `[?@==${pathLiteral(value)}]`, name: value } : undefined),
};

const membersBy = (identity: Identity, list: readonly unknown[]): Member[] | undefined => {
  const members = list.map((value) => ({ identity: identity.member(value), value }));
  const steps = new Set(members.map(({ identity: found }) => found?.step));
  if (steps.has(undefined) || steps.size !== list.length) return undefined;
  return members.map(({ identity: found, value }) => ({ step: "", name: "", ...found, value }));
};

/** The members of two lists by their identities; undefined where they have none, or one of them twice. */
export const identified = (
  identity: Identity | undefined,
  before: readonly unknown[],
  after: readonly unknown[],
): { readonly key: string; readonly before: readonly Member[]; readonly after: readonly Member[] } | undefined => {
  if (!identity) return undefined;
  const [left, right] = [membersBy(identity, before), membersBy(identity, after)];
  return left && right && { key: identity.key, before: left, after: right };
};
