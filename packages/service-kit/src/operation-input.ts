import { type Operation, type OperationInput, type ProblemItem, problemItems, RawBody } from "@nofx/contract-kit";
import type { FastifyRequest } from "fastify";
import type { z } from "zod";
import { coreProblem } from "./http-problem.ts";

/** `/a/{id}/files/{path+}` → `/a/:id/files/*` and the name behind the star. */
export const routePath = (template: string): { url: string; rest: string | undefined } => ({
  url: template.replace(/\{\w+\+\}$/, "*").replace(/\{(\w+)\}/g, ":$1"),
  rest: /\{(\w+)\+\}$/.exec(template)?.[1],
});

/** Everything that is wrong with path, query and body, at once. */
export const parseInput = <Op extends Operation>(
  operation: Op,
  request: FastifyRequest,
  rest: string | undefined,
): OperationInput<Op> => {
  const problems: ProblemItem[] = [];
  const parse = (schema: z.ZodType | undefined, value: unknown, root: string[]): unknown => {
    if (!schema) return {};
    const parsed = schema.safeParse(value);
    if (!parsed.success) problems.push(...problemItems(parsed.error, root));
    return parsed.data;
  };
  const { "*": star, ...named } = request.params as Record<string, string>;
  const params = parse(operation.params, rest ? { ...named, [rest]: star } : named, ["path"]);
  const query = parse(operation.query, request.query, ["query"]);
  const isChecked = operation.bodyCheckedBy === "use-case" || request.body instanceof RawBody;
  const body = isChecked ? request.body : parse(operation.body, request.body, []);
  if (problems.length > 0) throw coreProblem("request_invalid", { errors: problems });
  return { params, query, body: operation.body ? body : undefined } as OperationInput<Op>;
};
