export { InvalidAnswerError } from "./answer.ts";
export type { CallLimits, CallOptions, CallResult, Client, CodedProblem, ProblemCode } from "./call.ts";
export * from "./client.ts";
export * from "./follow-changes.ts";
export * from "./pages.ts";
export * from "./problem-error.ts";
