import { type Command, RootCommand } from "@bomb.sh/tab";
import type { CommandDeclaration, CommandGroup, OptionDeclaration } from "../command.ts";
import { globalOptions } from "../global-options.ts";
import { printedBy } from "./printed-by.ts";

const offering =
  (choices: readonly string[] = []) =>
  (complete: (value: string, description: string) => void): void => {
    for (const choice of choices) complete(choice, "");
  };

const addOption = (command: Command, { flags, description, choices }: OptionDeclaration): void => {
  const [, short, name = ""] = /^(?:-(\w), )?--([\w-]+)/.exec(flags) ?? [];
  if (/[<[]/.test(flags)) command.option(name, description, offering(choices), short);
  else if (short === undefined) command.option(name, description);
  else command.option(name, description, short);
};

const wordOf = (name: string): string => name.replace(/[<>[\].]/g, "");

const addCommand = (root: RootCommand, { path, summary, arguments: words, options }: CommandDeclaration): void => {
  for (let length = 1; length < path.length; length += 1) root.command(path.slice(0, length).join(" "), "");
  const command = root.command(path.join(" "), summary);
  for (const { name, choices } of words) command.argument(wordOf(name), offering(choices), name.includes("..."));
  for (const option of [...options, ...globalOptions]) addOption(command, option);
};

const namesFile = /file|path|director/;

/** Whether a file or directory belongs where the cursor is. */
const wantsFile = (declarations: readonly CommandDeclaration[], words: readonly string[]): boolean => {
  const before = words.at(-2) ?? "";
  const declaration = declarations.find(({ path }) => path.every((word, index) => words[index] === word));
  const options = [...(declaration?.options ?? []), ...globalOptions];
  const option = options.find(({ flags }) => before.startsWith("--") && flags.split(/[ ,]/).includes(before));
  if (option && /[<[]/.test(option.flags)) return /<[^>]*(file|path|director)/.test(option.flags);
  if (words.at(-1)?.startsWith("-")) return false;
  return declaration?.arguments.some(({ name }) => namesFile.test(name)) ?? false;
};

/** What may follow these words, as the shells' scripts read it: one a line, then `:4`, or `:0` if files may too. */
export const suggestions = (groups: readonly CommandGroup[], words: readonly string[]): string => {
  const root = new RootCommand();
  const declarations = groups.flatMap(({ commands }) => commands);
  for (const option of globalOptions) addOption(root, option);
  for (const declaration of declarations) addCommand(root, declaration);
  const printed = printedBy(() => root.parse([...words]));
  return wantsFile(declarations, words) ? printed.replace(/^:\d+$/m, ":0") : printed;
};
