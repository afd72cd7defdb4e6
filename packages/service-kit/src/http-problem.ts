import {
  type CoreErrorCode,
  coreErrors,
  type ErrorCatalogue,
  errorDefinition,
  type Problem,
  type ProblemItem,
  problemType,
} from "@nofx/contract-kit";

export interface ProblemDetails {
  /** What happened this time, for people. Nothing internal. */
  readonly detail?: string;
  readonly errors?: readonly ProblemItem[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the problem (RFC 9457, section 3.2). */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** Thrown anywhere below a handler; answered as problem+json. */
export class HttpProblem extends Error {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly details: ProblemDetails;

  constructor(catalogue: ErrorCatalogue, code: string, details: ProblemDetails = {}) {
    super(details.detail ?? code);
    this.name = "HttpProblem";
    const definition = errorDefinition(catalogue, code);
    this.code = code;
    this.status = definition.status;
    this.title = definition.title;
    this.details = { detail: definition.description, ...details };
  }
}

/** Makes the problems of one catalogue: `throw problem("agent_not_found")`. */
export const problemsOf =
  <Catalogue extends ErrorCatalogue>(catalogue: Catalogue) =>
  (code: (keyof Catalogue & string) | CoreErrorCode, details?: ProblemDetails): HttpProblem =>
    new HttpProblem(catalogue, code, details);

/** A problem that any service may answer. */
export const coreProblem = problemsOf(coreErrors);

/** The body of a problem's answer. */
export const problemBody = (problem: HttpProblem, instance: string, correlationId: string): Problem => ({
  type: problemType(problem.code),
  title: problem.title,
  status: problem.status,
  detail: problem.details.detail,
  instance,
  code: problem.code,
  correlationId,
  ...(problem.details.errors && { errors: [...problem.details.errors] }),
  ...problem.details.members,
});
