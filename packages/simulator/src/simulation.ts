import type { BatchedExecution } from "@nofx/contract-marketplace";

/** What one agent does in a version of a template. */
export interface SimulatedStep {
  readonly id: string;
  /** `id` or `tenant/id`. */
  readonly agentId: string;
  /** Absent where nothing says which one runs: reports name no agents then. */
  readonly agentVersion?: string;
}

/** A version that is run. */
export interface SimulatedVersion {
  readonly version: string;
  readonly environments: readonly string[];
  readonly steps: readonly SimulatedStep[];
}

/** A template that is run. */
export interface SimulatedTemplate {
  readonly templateId: string;
  /** In the order in which they were published. */
  readonly versions: readonly [SimulatedVersion, ...SimulatedVersion[]];
}

/** A version that fails often, and is rolled back for that. */
export interface BadRelease {
  readonly templateId: string;
  /** Not the first: there would be nothing to go back to. */
  readonly version: string;
}

/** What is to be made up. */
export interface Simulation {
  /** The same seed gives the same runs. */
  readonly seed: number;
  /** Those that are run most come first. */
  readonly templates: readonly [SimulatedTemplate, ...SimulatedTemplate[]];
  readonly from: Date;
  readonly to: Date;
  /** How many different runs. */
  readonly runs: number;
  /** Of 1, how many runs are reported twice; default 0.02. */
  readonly repeatedShare?: number;
  /** Of 1, how many runs are reported hours to days after their end; default 0.03. */
  readonly lateShare?: number;
  readonly badRelease?: BadRelease | undefined;
}

/** A report, as it is sent. */
export type SampleReport = BatchedExecution & {
  readonly occurredAt: string;
  readonly subject: string;
  readonly sample: true;
};

/** When which report is sent. */
export interface Delivery {
  readonly at: Date;
  readonly report: SampleReport;
}
