import type { Problem } from "@nofx/contract-kit";
import type { FileFinding } from "@nofx/sync";

/** 0: done; 1: findings, refused, not found, or a fault of nofx; 2: usage; 3: no answer; 4: not signed in or not allowed. */
export type ExitCode = 0 | 1 | 2 | 3 | 4;

/** Why a command did not do what it should. */
export interface FailureDetails {
  readonly exitCode: Exclude<ExitCode, 0>;
  /** Stable and for programs: the problem's, or one of ours. */
  readonly code: string;
  readonly message: string;
  /** What to do about it. */
  readonly next?: string | undefined;
  /** What a service answered. */
  readonly problem?: Problem | undefined;
  /** What is wrong with files, where that is why. */
  readonly findings?: readonly FileFinding[] | undefined;
}

/** Ends a command: what went wrong, and what to do next. Never a stack trace. */
export class CliFailure extends Error {
  readonly details: FailureDetails;
  constructor(details: FailureDetails, options?: ErrorOptions) {
    super(details.message, options);
    this.name = "CliFailure";
    this.details = details;
  }
}

/** The command line cannot be read, or asks for what cannot be. */
export const usageFailure = (message: string, next?: string): CliFailure =>
  new CliFailure({ exitCode: 2, code: "usage", message, next });

/** What was asked for cannot be done, for a reason that lies on this machine: a file, a setting. */
export const localFailure = (code: string, message: string, next?: string): CliFailure =>
  new CliFailure({ exitCode: 1, code, message, next });
