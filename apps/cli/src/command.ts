import type { z } from "zod";
import type { Context } from "./context.ts";
import type { Style } from "./output/style.ts";

/** A word that stands alone: `<id>` must be given, `[id]` may be, `[paths...]` takes all that follow. */
export interface ArgumentDeclaration {
  readonly name: string;
  readonly description: string;
  /** What it may be, where that is few: told in the help, offered by completion. */
  readonly choices?: readonly string[];
}

/** `--flag`, or `--option <value>`. */
export interface OptionDeclaration {
  /** As commander reads it: `--limit <number>`, `-f, --force`. Its long name in camelCase is its key of the input. */
  readonly flags: string;
  readonly description: string;
  /** What it may be, where that is few: told in the help, offered by completion. */
  readonly choices?: readonly string[];
  /** May be given several times; the input is a list then. */
  readonly isRepeatable?: boolean;
  /** Only told in the help; the command's input schema sets it. */
  readonly byDefault?: string;
}

/** What a command is, but for its work: cheap, for help and completion. */
export interface CommandDeclaration {
  /** The words that call it: `["search"]`, `["audit", "verify"]`. */
  readonly path: readonly string[];
  readonly summary: string;
  /** What else there is to know, a paragraph or two; default: nothing. */
  readonly description?: string;
  readonly arguments: readonly ArgumentDeclaration[];
  readonly options: readonly OptionDeclaration[];
  /** Whole command lines. */
  readonly examples: readonly string[];
  /** Imports its module: contracts and everything heavy come with it, and only when it is called. */
  readonly load: () => Promise<Command>;
}

/** Commands that help tells together. */
export interface CommandGroup {
  readonly title: string;
  readonly commands: readonly CommandDeclaration[];
}

/** What a command has to say. */
export interface Result<Output> {
  readonly output: Output;
  /** 1: something was found that should not be; default 0. */
  readonly exitCode?: 0 | 1;
}

/** The work of a command: what it takes, what it gives, what it does, and how that is told to people. */
export interface Command<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  /** Arguments and options by name, as they were typed: texts, lists of texts, `true`. What it refuses is a usage error. */
  readonly input: Input;
  /** What `--json` prints; `schemas/<command>.json` is made of it. */
  readonly output: Output;
  /** One result; of commands that go on, one after another. */
  run(
    context: Context,
    input: z.output<Input>,
  ): Promise<Result<z.output<Output>>> | AsyncIterable<Result<z.output<Output>>>;
  /** For people. Texts of the output are harmless here: control characters are gone. */
  tell(output: z.output<Output>, style: Style, input: z.output<Input>, context: Context): string;
}

/** Gives a command the types of its schemas. */
export const defineCommand = <const Input extends z.ZodType, const Output extends z.ZodType>(
  command: Command<Input, Output>,
): Command<Input, Output> => command;
