import type { Client } from "@nofx/client";
import type { Contract } from "@nofx/contract-kit";
import type { marketplaceContract } from "@nofx/contract-marketplace";
import type { registryContract } from "@nofx/contract-registry";
import type { searchContract } from "@nofx/contract-search";
import { clearLine, type Progress, progressOn } from "./output/progress.ts";
import { type Environment, type OutputStream, type Style, styleOf } from "./output/style.ts";
import { type Prompts, promptsOn } from "./prompts.ts";
import type { Connection } from "./settings/connection.ts";

/** What a process gives to a command. */
export interface Surroundings {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Environment;
  readonly cwd: string;
  /** Ends what goes on and on, and every call. */
  readonly signal?: AbortSignal;
}

/** Options that every command has. */
export interface GlobalOptions {
  readonly origin?: string;
  readonly tokenFile?: string;
  readonly tenant?: string;
  readonly json?: true;
  readonly color: boolean;
  readonly verbose?: true;
  readonly yes?: true;
}

/** What a command works with. */
export interface Context extends Surroundings {
  readonly options: GlobalOptions;
  /** Of stderr: for what is told beside the output. */
  readonly style: Style;
  readonly progress: Progress;
  readonly prompts: Prompts;
  /** Tells something beside the output, on stderr. */
  note(text: string): void;
  /** Where to go, and as whom; found once. */
  connection(): Promise<Connection>;
  registry(): Promise<Client<typeof registryContract>>;
  marketplace(): Promise<Client<typeof marketplaceContract>>;
  search(): Promise<Client<typeof searchContract>>;
  /** For failures: what is known about the calls so far. */
  readonly calls: Calls;
}

/** What calls tell when something goes wrong. */
export interface Calls {
  origin: string | undefined;
  correlationId: string | undefined;
}

/** `fetch` that remembers the last correlation id and, with `--verbose`, tells each request; never its token. */
const watchedFetch =
  (calls: Calls, tell: (line: string) => void, signal: AbortSignal | undefined): typeof fetch =>
  async (input, init) => {
    const startedAt = performance.now();
    const what = `${init?.method ?? "GET"} ${String(input)}`;
    const took = () => `${Math.round(performance.now() - startedAt)} ms`;
    const signals = [init?.signal, signal].filter((each) => each !== undefined && each !== null);
    try {
      const response = await fetch(input, { ...init, signal: AbortSignal.any(signals) });
      calls.correlationId = response.headers.get("x-correlation-id") ?? undefined;
      tell(`${what} → ${response.status} in ${took()}${calls.correlationId ? `, ${calls.correlationId}` : ""}`);
      return response;
    } catch (error) {
      tell(`${what} → no answer in ${took()}`);
      throw error;
    }
  };

const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
};

/** Makes what a command works with. Settings are read and clients made when they are first asked for. */
export const createContext = (surroundings: Surroundings, options: GlobalOptions): Context => {
  const { stdin, stderr, env, cwd, signal } = surroundings;
  const style = styleOf(stderr, env, options.color);
  const calls: Calls = { origin: undefined, correlationId: undefined };
  const note = (text: string): void => void stderr.write(`${stderr.isTTY ? clearLine : ""}${text}\n`);
  const tellCall = (line: string): void => (options.verbose ? note(style.dim(line)) : undefined);
  const connection = once(async () => {
    const { findConnection } = await import("./settings/connection.ts");
    const found = await findConnection(options, env, cwd);
    calls.origin = found.origin;
    tellCall(`Origin ${found.origin}, ${found.tokenFrom ? `token of ${found.tokenFrom}` : "without a token"}`);
    return found;
  });
  const client = async <C extends Contract>(contract: C): Promise<Client<C>> => {
    const { createClient } = await import("@nofx/client");
    const { origin, token } = await connection();
    return createClient(contract, { baseUrl: origin, token, fetch: watchedFetch(calls, tellCall, signal) });
  };
  return {
    ...surroundings,
    options,
    style,
    progress: progressOn(stderr, style, options.verbose === true || env.TERM === "dumb"),
    prompts: promptsOn({ stdin, stderr }),
    note,
    connection,
    registry: once(async () => client((await import("@nofx/contract-registry")).registryContract)),
    marketplace: once(async () => client((await import("@nofx/contract-marketplace")).marketplaceContract)),
    search: once(async () => client((await import("@nofx/contract-search")).searchContract)),
    calls,
  };
};
