import { ProblemError } from "@nofx/client";
import { adviceOn } from "./advice.ts";
import { CliFailure, type ExitCode } from "./failure.ts";

/** Where a failed command was talking to. */
interface Circumstances {
  readonly origin: string | undefined;
  readonly correlationId: string | undefined;
  /** What the command was to do something with, as it was typed. */
  readonly resource?: string | undefined;
}

const exitCodeOf = (status: number): Exclude<ExitCode, 0> => {
  if (status === 401 || status === 403) return 4;
  return status >= 500 || status === 429 ? 3 : 1;
};

const ofProblem = (error: ProblemError, { origin, resource }: Circumstances): CliFailure => {
  const { problem } = error;
  const next =
    problem.code === "unexpected_answer"
      ? `Check that ${origin ?? "the origin"} is a NOFX control plane (--origin).`
      : adviceOn(problem, { resource });
  return new CliFailure(
    { exitCode: exitCodeOf(problem.status), code: problem.code, message: error.message, next, problem },
    { cause: error },
  );
};

const causesOf = (error: unknown): Error[] => (error instanceof Error ? [error, ...causesOf(error.cause)] : []);

const codeOf = (error: Error): string => String((error as NodeJS.ErrnoException).code ?? "");

/** Codes of sockets, name servers, certificates and of fetch itself. */
const networkCode =
  /^(ECONN|ENOTFOUND|EAI_|EHOST|ENET|EPIPE|ETIMEDOUT|UND_ERR_|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL)/;

const ofNetwork = (errors: readonly Error[], origin = "the origin"): CliFailure | undefined => {
  const cause = { cause: errors[0] };
  if (errors.some(({ name }) => name === "TimeoutError")) {
    const message = `${origin} did not answer in time`;
    const next = "Try again; if it stays like this, look at `nofx status`.";
    return new CliFailure({ exitCode: 3, code: "timeout", message, next }, cause);
  }
  const known = errors.find((error) => networkCode.test(codeOf(error)));
  const hasFailed = errors.some((error) => error instanceof TypeError && error.message === "fetch failed");
  if (!known && !hasFailed) return undefined;
  const reason = known ?? errors.at(-1);
  const message = `${origin} does not answer: ${reason?.message || (reason && codeOf(reason))}`;
  const next = "Start the control plane with `npm start`, or say where it is with --origin or NOFX_ORIGIN.";
  return new CliFailure({ exitCode: 3, code: "no_answer", message, next }, cause);
};

const ofEnd = (error: Error): CliFailure | undefined => {
  if (error.name !== "AbortError") return undefined;
  const next = "What was under way may have been done nevertheless.";
  return new CliFailure({ exitCode: 1, code: "ended", message: "Ended before it was done", next }, { cause: error });
};

const fileFaults: Readonly<Record<string, string>> = {
  ENOENT: "No such file or directory",
  EACCES: "You may not read or write it",
  EPERM: "You may not read or write it",
  EISDIR: "It is a directory",
  ENOTDIR: "A part of the path is no directory",
  ENOSPC: "The disk is full",
  EROFS: "The disk can only be read",
};

const ofFile = (error: Error): CliFailure | undefined => {
  const { path } = error as NodeJS.ErrnoException;
  const fault = fileFaults[codeOf(error)];
  if (fault === undefined || path === undefined) return undefined;
  const details = { exitCode: 1, code: "file", message: `${path}: ${fault}`, next: "Check the path." } as const;
  return new CliFailure(details, { cause: error });
};

const ofBug = (error: unknown, correlationId: string | undefined): CliFailure => {
  const said = error instanceof Error ? error.message : String(error);
  const id = correlationId === undefined ? "" : ` (correlation id of the last answer: ${correlationId})`;
  const message = `this is a fault of nofx: ${said}${id}`;
  const next = "Report it with the output of the same command and --verbose.";
  return new CliFailure({ exitCode: 1, code: "fault", message, next }, { cause: error });
};

/** Says of anything that was thrown what it means for whoever called the command. */
export const explainError = (error: unknown, circumstances: Circumstances): CliFailure => {
  const { origin, correlationId } = circumstances;
  const errors = causesOf(error);
  const failure = errors.find((each) => each instanceof CliFailure);
  if (failure) return failure;
  const refusal = errors.find((each) => each instanceof ProblemError);
  if (refusal) return ofProblem(refusal, circumstances);
  const [first] = errors;
  const known = first && (ofEnd(first) ?? ofNetwork(errors, origin) ?? ofFile(first));
  return known ?? ofBug(error, correlationId);
};
