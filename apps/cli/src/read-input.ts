import type { z } from "zod";
import type { CommandDeclaration } from "./command.ts";
import { type CliFailure, usageFailure } from "./failure.ts";

/** The name by which a key of the input was typed: `--token-file` of `tokenFile`, `<id>` of `id`. */
const typedName = ({ arguments: words, options }: CommandDeclaration, key: string): string => {
  const word = words.find(({ name }) => name.replace(/[<>[\].]/g, "") === key);
  if (word) return word.name;
  const flag = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return options.some(({ flags }) => flags.includes(flag)) ? flag : key;
};

/** Says what is wrong with what was typed, with the names under which it was. */
export const inputFailure = (
  declaration: CommandDeclaration,
  typed: Readonly<Record<string, unknown>>,
  error: z.ZodError,
): CliFailure => {
  const told = error.issues.map(({ path: [key = ""], message }) => {
    const isNoNumber = message.endsWith("received NaN");
    return `${typedName(declaration, String(key))}: ${isNoNumber ? `"${typed[key as string]}" is not a number` : message}`;
  });

  return usageFailure([...new Set(told)].join("\n  "), `See: nofx ${declaration.path.join(" ")} --help`);
};
