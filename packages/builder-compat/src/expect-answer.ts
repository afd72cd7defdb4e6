import { z } from "zod";
import type { Answer } from "./caller.ts";
import { Invalid } from "./refusals.ts";

const shown = (body: unknown): string => {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return text.length > 2_000 ? `${text.slice(0, 2_000)}…` : text;
};

const unexpected = ({ to, status, body }: Answer, why: string): Error =>
  new Error(`${to} answered ${status}: ${why}\n${shown(body)}`);

/**
 * The answer's body, read by its schema.
 * @throws if status or body are not what they should be, with all that is wrong.
 */
export const expectAnswer = <S extends z.ZodType>(answer: Answer, status: number, schema: S): z.output<S> => {
  if (answer.status !== status) throw unexpected(answer, `expected ${status}`);
  const { success, data, error } = schema.safeParse(answer.body);
  if (!success) throw unexpected(answer, z.prettifyError(error));
  return data;
};

/**
 * The request was refused with 400, and the answer names each of these fields.
 * @throws if it was not, or a field is missing.
 */
export const expectInvalid = (answer: Answer, fields: readonly string[] = []): void => {
  const { fieldErrors } = expectAnswer(answer, 400, Invalid).error;
  const unnamed = fields.filter((field) => !Object.hasOwn(fieldErrors, field));
  if (unnamed.length > 0) throw unexpected(answer, `fieldErrors does not name ${unnamed.join(", ")}`);
};

/**
 * Whatever the request was, the caller gets an answer and not a fault: success, or a refusal with 4xx.
 * @throws if the answer is neither.
 */
export const expectNoFault = (answer: Answer): void => {
  const { status } = answer;
  if (status < 200 || status >= 500 || (status >= 300 && status < 400)) throw unexpected(answer, "expected 2xx or 4xx");
};

/**
 * Where callers could not rely on either: the body if the request was accepted, undefined if it was refused with 4xx.
 * @throws if it is neither, or the body is not what it should be.
 */
export const expectAnswerOrRefusal = <S extends z.ZodType>(
  answer: Answer,
  status: number,
  schema: S,
): z.output<S> | undefined =>
  answer.status >= 400 && answer.status < 500 ? undefined : expectAnswer(answer, status, schema);
