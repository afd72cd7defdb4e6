import type { ParsedQuery, QueryField, QueryFilter, QueryWarning, Term } from "./parsed-query.ts";
import { queryFields } from "./parsed-query.ts";
import { wordsOf } from "./words.ts";

/** A longer query is cut: what comes behind would not change what is found. */
const queryCharactersMax = 500;
/** More words cost more than they tell. */
export const queryTermsMax = 32;

/** A piece of a query between spaces; quotation marks hold pieces together. */
interface Piece {
  readonly at: number;
  readonly isNegated: boolean;
  readonly field: string | undefined;
  readonly text: string;
  readonly isQuoted: boolean;
  readonly isOpen: boolean;
}

/** `-`, a field's name and a colon, then a phrase or what is there up to the next space. Fits anything but white space. */
const piecePattern = /(-(?=[^\s-]))?(?:([A-Za-z]+):(?=\S))?(?:"([^"]*)("|$)|(\S+))/gu;

const piecesOf = (query: string): Piece[] =>
  [...query.matchAll(piecePattern)].map(({ 1: minus, 2: field, 3: phrase, 4: closing, 5: plain, index }) => ({
    at: index,
    isNegated: minus !== undefined,
    field: field?.toLowerCase(),
    text: phrase ?? plain ?? "",
    isQuoted: phrase !== undefined,
    isOpen: phrase !== undefined && closing === "",
  }));

const isField = (name: string | undefined): name is QueryField => queryFields.some((field) => field === name);

const comparable = new Set<QueryField>(["updated", "rating"]);
const datePattern = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z)?$/;

const isValue = (field: QueryField, value: string): boolean => {
  if (field === "updated") return datePattern.test(value) && !Number.isNaN(Date.parse(value));
  if (field === "rating") return /^[1-5](?:\.\d{1,3})?$/.test(value);
  return value !== "" && value.length <= 200;
};

const expected = (field: QueryField): string =>
  field === "updated" ? "a date such as 2026-01-31" : field === "rating" ? "a number from 1 to 5" : "a value";

/** The condition that a piece with a field's name is; a string says why it is none. */
const filterOf = (field: QueryField, { text, isQuoted, isNegated }: Piece): QueryFilter | string => {
  const compared = isQuoted ? undefined : /^(<=|>=|<|>|=)(.*)$/su.exec(text);
  const comparison = (compared?.[1] ?? "=") as QueryFilter["comparison"];
  const given = compared?.[2] ?? text;
  if (comparison !== "=" && !comparable.has(field)) return `\`${field}\` cannot be compared with \`${comparison}\``;
  const values = isQuoted || comparable.has(field) ? [given] : given.split(",").filter((value) => value !== "");
  const odd = values.length === 0 ? "" : values.find((value) => !isValue(field, value));
  if (odd !== undefined) return `\`${field}\` takes ${expected(field)}`;
  return { field, comparison, values, isNegated };
};

const termOf = (text: string, { at, isQuoted }: Pick<Piece, "at" | "isQuoted">, isLast: boolean): Term | undefined => {
  const words = wordsOf(text).map(({ word }) => word);
  if (words.length === 0) return undefined;
  return { words, isPrefix: !isQuoted && (isLast || text.endsWith("*")), isQuoted, at };
};

const isOr = ({ text, field, isQuoted, isNegated }: Piece): boolean =>
  !isQuoted && !isNegated && field === undefined && (text === "|" || text.toLowerCase() === "or");

/** What is read so far. */
interface Reading {
  readonly groups: Term[][];
  readonly excluded: Term[];
  readonly filters: QueryFilter[];
  readonly warnings: QueryWarning[];
  terms: number;
  /** The next term is an alternative to the one before. */
  joins: boolean;
}

const addTerm = (reading: Reading, term: Term, isNegated: boolean): void => {
  reading.terms += 1;
  if (reading.terms > queryTermsMax) return;
  if (isNegated) reading.excluded.push(term);
  else if (reading.joins) reading.groups.at(-1)?.push(term);
  else reading.groups.push([term]);
  reading.joins = false;
};

/** Reads a piece that names a field; what it cannot be read as is left to be words. */
const readField = (reading: Reading, field: string, piece: Piece): boolean => {
  const { filters, warnings } = reading;
  const { at } = piece;
  if (!isField(field)) {
    const fields = queryFields.join(", ");
    const message = `There is no field \`${field}\`: searched as words. Fields: ${fields}`;
    warnings.push({ code: "field_unknown", message, at });
    return false;
  }
  const filter = filterOf(field, piece);
  if (typeof filter === "string") {
    warnings.push({ code: "filter_unreadable", message: `${filter}: searched as words`, at });
    return false;
  }
  filters.push(filter);
  return true;
};

const readPiece = (reading: Reading, piece: Piece, isBetween: boolean, isTyping: boolean): void => {
  const { at, field, text } = piece;
  if (piece.isOpen) {
    const message = "A quotation mark is not closed: the phrase goes on to the end";
    reading.warnings.push({ code: "quote_open", message, at });
  }
  if (isOr(piece) && isBetween && reading.groups.length > 0) {
    reading.joins = true;
    return;
  }
  if (field !== undefined && readField(reading, field, piece)) return;
  const term = termOf(field === undefined ? text : `${field} ${text}`, piece, isTyping);
  if (term) addTerm(reading, term, piece.isNegated);
};

/**
 * Reads a query: words, `"phrases"`, `-without`, `this or that`, `field:value`, the last word also as a beginning. Never
 * fails: what cannot be read as anything else is words, and a warning says so.
 */
export const parseQuery = (query: string): ParsedQuery => {
  const reading: Reading = { groups: [], excluded: [], filters: [], warnings: [], terms: 0, joins: false };
  const { groups, excluded, filters, warnings } = reading;
  const cut = query.slice(0, queryCharactersMax).toWellFormed();
  if (query.length > queryCharactersMax) {
    warnings.push({ code: "query_cut", message: `Only the first ${queryCharactersMax} characters were searched for` });
  }
  const pieces = piecesOf(cut);
  const last = pieces.length - 1;
  const isTyping = !/\s$/u.test(cut);
  for (const [index, piece] of pieces.entries()) {
    readPiece(reading, piece, index > 0 && index < last, isTyping && index === last);
  }
  if (reading.terms > queryTermsMax) {
    warnings.push({ code: "words_cut", message: `Only the first ${queryTermsMax} words were searched for` });
  }
  return { groups, excluded, filters, warnings };
};
