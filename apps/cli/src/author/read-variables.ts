import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { readText } from "@nofx/document";
import type { Declared } from "@nofx/template";
import { isRecord } from "@nofx/versioning";
import type { Context } from "../context.ts";
import { CliFailure, usageFailure } from "../failure.ts";
import { readValue } from "./variables.rules.ts";

/** Where values come from. */
export interface VariableSources {
  /** `name=value`, in order. */
  readonly typed: readonly string[];
  /** A JSON file of values. */
  readonly file: string | undefined;
}

const fromFile = async ({ cwd }: Context, file: string): Promise<Record<string, unknown>> => {
  const { content, errors: findings } = readText(await readFile(resolve(cwd, file), "utf8"));
  if (findings.length > 0) {
    const message = `${file} is not JSON`;
    const placed = findings.map((found) => ({ ...found, file }));
    throw new CliFailure({ exitCode: 1, code: "vars_invalid", message, next: "Correct it first.", findings: placed });
  }
  if (!isRecord(content?.value)) throw usageFailure(`--vars: ${file} holds no object of values by name`);
  return content.value;
};

/** Reads the values that are given, each as its variable is declared; typed ones come before those of the file. */
export const readVariables = async (
  context: Context,
  { typed, file }: VariableSources,
  declared: Declared,
): Promise<Record<string, unknown>> => {
  const values = file === undefined ? {} : await fromFile(context, file);
  const faults: string[] = [];
  for (const text of typed) {
    const at = text.indexOf("=");
    const name = text.slice(0, at);
    const read = readValue(Object.hasOwn(declared, name) ? declared[name] : undefined, text.slice(at + 1));
    if ("fault" in read) faults.push(`--var: the value of ${name} ${read.fault}`);
    else values[name] = read.value;
  }
  if (faults.length > 0)
    throw usageFailure(faults.join("\n  "), "Quote it for the shell, such as --var 'tags=[\"a\"]'");
  return values;
};
