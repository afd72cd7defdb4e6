import { expressionsIn, type Filter, soleExpression } from "./expressions/expression.ts";

/** `{{ name }}` in a prompt's text, as the builder's callers know it: names only. */
const placeholder = /\{\{\s*([A-Za-z0-9_.-]+)\s*\}\}/g;

/** The same with a way into a list: outputs of steps may be followed so. */
const stepReference = /\{\{\s*([A-Za-z0-9_.[\]-]+)\s*\}\}/g;

/** Names in a text's placeholders, in order of appearance. */
export const placeholders = (text: string): string[] =>
  [...text.matchAll(placeholder)].map(([, name]) => name as string);

/** A text with its placeholders filled. Values are put in as they are: braces and dollar signs in them mean nothing. */
export const fillPlaceholders = (text: string, fill: (name: string) => string): string =>
  text.replace(placeholder, (_all, name: string) => fill(name));

/** A text with its placeholders written one way. */
export const uniformPlaceholders = (text: string): string =>
  text.replace(stepReference, (_all, name: string) => `{{ ${name} }}`);

/** A JSON value, which nests no deeper than a request may, with every text in it replaced. Keys stay. */
export const mapTexts = (value: unknown, replace: (text: string) => string): unknown => {
  if (typeof value === "string") return replace(value);
  if (Array.isArray(value)) return value.map((member) => mapTexts(member, replace));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, mapTexts(member, replace)]));
};

/** A text in which references to steps follow these to their new ids. */
export const followRenames = (text: string, renames: ReadonlyMap<string, string>): string =>
  text.replace(stepReference, (all, name: string) => {
    const id = stepOf(name)?.stepId;
    const renamed = id === undefined ? undefined : renames.get(id);
    return renamed === undefined ? all : all.replace(`steps.${id}.`, () => `steps.${renamed}.`);
  });

/** An expression somewhere inside a value. */
export interface Reference {
  readonly path: readonly PropertyKey[];
  readonly name: string;
  readonly filters: readonly Filter[];
  /** Other words stand around it: the value becomes a part of a text. */
  readonly isInText: boolean;
}

/** A text somewhere inside a value. */
export interface PlacedText {
  readonly path: readonly PropertyKey[];
  readonly text: string;
}

/** Every text inside a JSON value. */
export const textsIn = (value: unknown, path: readonly PropertyKey[] = []): PlacedText[] => {
  if (typeof value === "string") return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((member, index) => textsIn(member, [...path, index]));
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, member]) => textsIn(member, [...path, key]));
};

const referencesOf = ({ path, text }: PlacedText): Reference[] => {
  const isInText = soleExpression(text) === undefined;
  return expressionsIn(text).map(({ name, filters }) => ({ path, name, filters, isInText }));
};

/** Every expression inside a JSON value, which nests no deeper than a request may. */
export const referencesIn = (value: unknown, path: readonly PropertyKey[] = []): Reference[] =>
  textsIn(value, path).flatMap(referencesOf);

/** The placeholders of a prompt's text. All of them become a part of it. */
export const promptReferences = (text: unknown, path: readonly PropertyKey[]): Reference[] =>
  typeof text === "string" ? placeholders(text).map((name) => ({ path, name, filters: [], isInText: true })) : [];

/** The step whose output a name means; undefined for a variable. Without an output's name it is no step's, and `stepId` empty. */
export const stepOf = (name: string): { readonly stepId: string } | undefined => {
  if (!name.startsWith("steps.")) return undefined;
  return { stepId: /^steps\.([A-Za-z0-9_-]+)\.outputs\.[^.]/.exec(name)?.[1] ?? "" };
};
