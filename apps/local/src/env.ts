import { join, resolve } from "node:path";

/** How the control plane runs on this machine. */
export interface LocalEnv {
  /** First of a block of four ports: origin, registry, marketplace, search. */
  readonly port: number;
  /** Another server than the embedded one; of an account that may create roles and schemas. */
  readonly databaseUrl: string | undefined;
  /** Where data, secrets and logs are kept between runs. */
  readonly stateDirectory: string;
  /** Where prompts are run: a server that speaks the OpenAI Responses API, and its token. */
  readonly runnerUrl: string | undefined;
  readonly runnerToken: string | undefined;
  /** Whether a first start brings made-up runs. */
  readonly samples: boolean;
}

/** The repository's root. */
export const root = resolve(import.meta.dirname, "../../..");

/** Reads the environment; the only place that does. */
export const readEnv = (source: Readonly<Record<string, string | undefined>>): LocalEnv => {
  const port = Number(source.NOFX_PORT ?? 4000);
  if (!Number.isInteger(port) || port < 1 || port > 65_532) {
    throw new Error(`NOFX_PORT is "${source.NOFX_PORT}"; it must be a whole number from 1 to 65532.`);
  }
  const samples = source.NOFX_SAMPLES || "1";
  if (samples !== "0" && samples !== "1") {
    throw new Error(`NOFX_SAMPLES is "${samples}"; it must be 0, for no sample runs, or 1.`);
  }
  return {
    port,
    databaseUrl: source.DATABASE_URL || undefined,
    stateDirectory: source.NOFX_STATE ? resolve(source.NOFX_STATE) : join(root, ".nofx"),
    runnerUrl: source.RUNNER_URL || undefined,
    runnerToken: source.RUNNER_TOKEN || undefined,
    samples: samples === "1",
  };
};
