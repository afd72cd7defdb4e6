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

/** What a schema says in the words of programs, in those of people. */
const faultOf = (issue: z.core.$ZodIssue, given: unknown): string | undefined => {
  if (issue.message.endsWith("received NaN")) return `"${given}" is not a number`;
  const isChoice = issue.code === "invalid_value" && issue.message.startsWith("Invalid option");
  return isChoice ? `"${given}" is none of these: ${issue.values.join(", ")}` : undefined;
};

/** Says what is wrong with what was typed, with the names under which it was. */
export const inputFailure = (
  declaration: CommandDeclaration,
  typed: Readonly<Record<string, unknown>>,
  error: z.ZodError,
): CliFailure => {
  const told = error.issues.map((issue) => {
    const { path, message } = issue;
    const given = path.reduce<unknown>(
      (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
      typed,
    );
    return `${typedName(declaration, String(path[0] ?? ""))}: ${faultOf(issue, given) ?? message}`;
  });
  return usageFailure([...new Set(told)].join("\n  "), `See: nofx ${declaration.path.join(" ")} --help`);
};
