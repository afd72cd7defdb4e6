import { Argument, Command as Commander, type CommanderError, InvalidArgumentError, Option } from "commander";
import type { CommandDeclaration, CommandGroup, OptionDeclaration } from "./command.ts";
import type { GlobalOptions } from "./context.ts";
import { usageFailure } from "./failure.ts";
import { globalOptions } from "./global-options.ts";

/** What a command line asks for. */
export interface Call {
  readonly declaration: CommandDeclaration;
  /** Arguments and the command's own options by name, as they were typed. */
  readonly typed: Readonly<Record<string, unknown>>;
  readonly options: GlobalOptions;
}

/** Where the parser itself writes: help, and what is wrong with a command line. */
export interface ParserOutput {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly columns: number | undefined;
}

const collecting =
  (choices: readonly string[] | undefined) =>
  (value: string, before: readonly string[] | undefined): string[] => {
    if (choices && !choices.includes(value))
      throw new InvalidArgumentError(`Allowed choices are ${choices.join(", ")}.`);
    return [...(before ?? []), value];
  };

const optionOf = ({ flags, description, choices, isRepeatable, byDefault }: OptionDeclaration): Option => {
  const option = new Option(flags, byDefault === undefined ? description : `${description} (default: ${byDefault})`);
  if (choices) option.choices(choices);
  if (isRepeatable) option.argParser(collecting(choices));
  return option;
};

const examplesText = (examples: readonly string[]): string =>
  `\nExamples:\n${examples.map((example) => `  ${example}`).join("\n")}`;

/** Says what is wrong with the words of a command, and how they are written; help and the version are no failure. */
const refusing =
  (path: readonly string[], [example]: readonly string[]) =>
  (error: CommanderError): never => {
    if (error.exitCode === 0 || error.code === "commander.help") throw error;
    const [message = "", ...more] = error.message.replace(/^error: /, "").split("\n");
    const help = `See: ${["nofx", ...path, "--help"].join(" ")}`;
    const shown = error.code === "commander.missingArgument" && example ? `Such as: ${example}. ${help}` : help;
    throw usageFailure(message, more.join(" ").replace(/^\((.*)\)$/, "$1") || shown);
  };

/** The command that a path's last but one word names; made if it is the first of its kind. */
const parentOf = (root: Commander, path: readonly string[], title: string): Commander =>
  path.slice(0, -1).reduce((parent, name) => {
    const known = parent.commands.find((command) => command.name() === name);
    return (
      known ??
      parent
        .command(name)
        .helpGroup(title)
        .exitOverride(refusing([name], []))
    );
  }, root);

const addCommand = (
  root: Commander,
  declaration: CommandDeclaration,
  title: string,
  onCall: (call: Call) => void,
): void => {
  const { path, summary, description, examples } = declaration;
  const command = parentOf(root, path, title)
    .command(path.at(-1) ?? "")
    .summary(summary)
    .exitOverride(refusing(path, examples));
  command.description([`${summary[0]?.toUpperCase()}${summary.slice(1)}.`, description].filter(Boolean).join("\n\n"));
  if (path.length === 1) command.helpGroup(title);
  else command.parent?.summary(command.parent.commands.map((each) => each.name()).join(", "));
  for (const { name, description: about, choices } of declaration.arguments) {
    const argument = new Argument(name, about);
    command.addArgument(choices ? argument.choices(choices) : argument);
  }
  for (const option of declaration.options) command.addOption(optionOf(option));
  command.addHelpText("after", examplesText(examples));
  command.action(() => {
    const words = command.registeredArguments.map((each, index) => [each.name(), command.processedArgs[index]]);
    onCall({ declaration, typed: { ...Object.fromEntries(words), ...command.opts() }, options: root.opts() });
  });
};

/** Makes the parser of all commands; `onCall` hears what was asked for. */
export const createParser = (
  groups: readonly CommandGroup[],
  version: string,
  { out, err, columns }: ParserOutput,
  onCall: (call: Call) => void,
): Commander => {
  const root = new Commander("nofx")
    .description("The command line of the NOFX control plane: agents and templates, from the first file to the audit.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help of a command")
    .usage("<command> [options]")
    .showSuggestionAfterError()
    .exitOverride(refusing([], []))
    .configureHelp({ showGlobalOptions: true, ...(columns !== undefined && { helpWidth: columns }) })
    .configureOutput({ writeOut: out, writeErr: err, outputError: () => undefined });
  for (const option of globalOptions) root.addOption(optionOf(option));
  for (const { title, commands } of groups) {
    for (const declaration of commands) addCommand(root, declaration, title, onCall);
  }
  const [first] = groups.flatMap(({ commands }) => commands);
  const examples = groups.flatMap(({ commands }) => commands.slice(0, 2).flatMap((each) => each.examples.slice(0, 1)));
  if (first)
    root.addHelpText("after", `${examplesText(examples)}\n\nMore about a command: nofx ${first.path.join(" ")} --help`);
  return root;
};
