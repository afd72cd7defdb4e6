import {
  type Operation,
  Problem,
  type ProblemItem,
  problemItems,
  problemMediaType,
  problemType,
} from "@nofx/contract-kit";
import { unexpectedAnswer } from "./call.ts";

/** What came of a call, whatever the operation. */
export type Answer =
  | { readonly ok: true; readonly status: number; readonly body: unknown; readonly headers: Headers }
  | { readonly ok: false; readonly status: number; readonly problem: Problem; readonly headers: Headers };

/** An answer that its own contract does not allow. Thrown only where answers are validated. */
export class InvalidAnswerError extends Error {
  readonly operationId: string;
  readonly status: number;
  /** What does not fit, each with its JSONPath in the body. */
  readonly items: readonly ProblemItem[];

  constructor(operationId: string, status: number, items: readonly ProblemItem[]) {
    const lines = items.map(({ path, message }) => `\n  ${path}: ${message}`).join("");
    super(`The answer of ${operationId} (${status}) does not fit the contract${lines}`);
    this.name = "InvalidAnswerError";
    this.operationId = operationId;
    this.status = status;
    this.items = items;
  }
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const mediaTypeIs = ({ headers }: Response, type: string): boolean =>
  headers.get("content-type")?.startsWith(type) ?? false;

/** The problem of an answer. What did not come from a NOFX service, such as a proxy's error page, is told as one. */
const problemOf = (response: Response, text: string): Problem => {
  const problem = mediaTypeIs(response, problemMediaType) ? parseJson(text) : undefined;
  if (problem !== undefined) return problem as Problem;
  return {
    type: problemType(unexpectedAnswer),
    title: "The answer is not of this API",
    status: response.status,
    detail: text.slice(0, 500),
    code: unexpectedAnswer,
    correlationId: response.headers.get("x-correlation-id") ?? "",
  };
};

/** Reads an answer: the body that the contract promises for the status, or a problem. */
export const readAnswer = async (operation: Operation, response: Response): Promise<Answer> => {
  const { status, headers } = response;
  const isPromised = status === 304 || status in operation.success;
  const content = operation.success[status];
  if (isPromised && !content) return { ok: true, status, body: undefined, headers };
  if (content && "raw" in content) {
    return { ok: true, status, body: new Uint8Array(await response.arrayBuffer()), headers };
  }
  const text = await response.text();
  const body = isPromised && mediaTypeIs(response, "application/json") ? parseJson(text) : undefined;
  if (body !== undefined) return { ok: true, status, body, headers };
  return { ok: false, status, problem: problemOf(response, text), headers };
};

/** Holds an answer against the contract; it stays as it came. @throws InvalidAnswerError */
export const validateAnswer = (operation: Operation, answer: Answer): void => {
  const content = answer.ok ? operation.success[answer.status] : Problem;
  if (!content || "raw" in content) return;
  const { error } = content.safeParse(answer.ok ? answer.body : answer.problem);
  if (error) throw new InvalidAnswerError(operation.id, answer.status, problemItems(error));
};
