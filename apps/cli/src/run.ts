import { CommanderError } from "commander";
import packageJson from "../package.json" with { type: "json" };
import type { CommandGroup, Result } from "./command.ts";
import type { Context, GlobalOptions, Surroundings } from "./context.ts";
import { CliFailure, type ExitCode } from "./failure.ts";
import { tellFindings } from "./output/findings.ts";
import { jsonFailure, jsonText } from "./output/json.ts";
import { printable, printableText } from "./output/printable.ts";
import { styleOf } from "./output/style.ts";
import { type Call, createParser } from "./parser.ts";
import { program } from "./program.ts";

/** The call that a command line makes; undefined if it asks for help or the version, which are printed. */
const parse = async (
  argv: readonly string[],
  { stdout }: Surroundings,
  groups: readonly CommandGroup[],
): Promise<Call | undefined> => {
  let call: Call | undefined;
  const out = (text: string): void => void stdout.write(text);
  const output = { out, err: out, columns: stdout.isTTY ? stdout.columns : undefined };
  const parser = createParser(groups, packageJson.version, output, (asked) => {
    call = asked;
  });
  try {
    await parser.parseAsync(argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
  }
  return call;
};

const isMany = <T>(results: object): results is AsyncIterable<T> => Symbol.asyncIterator in results;

/** The result, unless somebody ends it before; what goes on by itself sees to the signal itself. */
const unlessEnded = async <T>(result: Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
  if (!signal) return await result;
  const ended = Promise.withResolvers<never>();
  const end = (): void => ended.reject(signal.reason);
  signal.addEventListener("abort", end, { once: true });
  try {
    return await Promise.race([result, ended.promise]);
  } finally {
    signal.removeEventListener("abort", end);
  }
};

/** Calls the command and prints what it says; of commands that go on, each result as it comes. */
const carryOut = async ({ declaration, typed }: Call, context: Context): Promise<ExitCode> => {
  const command = await declaration.load();
  const input = command.input.safeParse(typed);
  if (!input.success) throw (await import("./read-input.ts")).inputFailure(declaration, typed, input.error);
  const { stdout, env, options } = context;
  const style = styleOf(stdout, env, options.color);
  const say = ({ output, exitCode = 0 }: Result<unknown>, oneLine: boolean): ExitCode => {
    if (options.json) stdout.write(jsonText(output, oneLine));
    else {
      const text = command.tell(printable(output), style, input.data, context);
      if (text !== "") stdout.write(`${text}\n`);
    }
    return exitCode;
  };
  const results = command.run(context, input.data);
  if (!isMany<Result<unknown>>(results)) return say(await unlessEnded(results, context.signal), false);
  let exitCode: ExitCode = 0;
  for await (const result of results) exitCode = say(result, true) || exitCode;
  return exitCode;
};

const stackOf = (error: unknown): string =>
  error instanceof Error ? [error.stack, error.cause && stackOf(error.cause)].filter(Boolean).join("\ncaused by ") : "";

/** Tells people what went wrong and what to do about it, or programs, as JSON on stdout. */
const tellFailure = (failure: CliFailure, { stdout, stderr, env }: Surroundings, options: GlobalOptions): void => {
  const { message, next, code, problem, findings = [] } = failure.details;
  const style = styleOf(stderr, env, options.color);
  if (options.json) stdout.write(jsonText(jsonFailure(failure)));
  else {
    if (findings.length > 0) stderr.write(`${tellFindings(printable(findings), style)}\n`);
    stderr.write(`${style.red("error:")} ${printableText(message)}\n`);
    if (next !== undefined) stderr.write(`  ${style.cyan("→")} ${printableText(next)}\n`);
  }
  if (!options.verbose) return;
  if (problem?.correlationId) stderr.write(`${style.dim(`correlation id: ${problem.correlationId}`)}\n`);
  if (code === "fault") stderr.write(`${style.dim(printableText(stackOf(failure.cause)))}\n`);
};

/** Options as far as they can be seen in a command line that cannot be read. */
const guessedOptions = (argv: readonly string[]): GlobalOptions => {
  const options = argv.slice(0, argv.includes("--") ? argv.indexOf("--") : argv.length);
  return { color: !options.includes("--no-color"), ...(options.includes("--json") && { json: true }) };
};

/** The agent or template that a call is about, without a version; undefined if it is about none, or several. */
const resourceOf = (typed: Call["typed"] = {}): string | undefined => {
  const { resource, agent } = typed;
  const [name] = [resource, agent].filter((word) => typeof word === "string");
  return name?.split("@")[0];
};

/** Runs one command line: what `nofx` does, but for ending the process. Every failure of every command ends here. */
export const run = async (
  argv: readonly string[],
  surroundings: Surroundings,
  groups: readonly CommandGroup[] = program,
): Promise<ExitCode> => {
  if (argv[0] === "complete") {
    const { suggestions } = await import("./system/suggestions.ts");
    surroundings.stdout.write(suggestions(groups, argv.slice(argv[1] === "--" ? 2 : 1)));
    return 0;
  }
  let options = guessedOptions(argv);
  let context: Context | undefined;
  let call: Call | undefined;
  try {
    call = await parse(argv, surroundings, groups);
    if (!call) return 0;
    options = call.options;
    const { createContext } = await import("./context.ts");
    context = createContext(surroundings, options);
    return await carryOut(call, context);
  } catch (error) {
    const { calls = { origin: undefined, correlationId: undefined } } = context ?? {};
    const circumstances = { ...calls, resource: resourceOf(call?.typed) };
    const failure =
      error instanceof CliFailure ? error : (await import("./explain-error.ts")).explainError(error, circumstances);
    tellFailure(failure, surroundings, options);
    return failure.details.exitCode;
  }
};
