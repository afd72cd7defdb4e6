import { parseArgs } from "node:util";
import { z } from "zod";

/** The command was not understood: how it is used is told. */
export class UsageError extends Error {}

const directory = z.string().min(1);
const count = z.coerce.number().int().min(1);

const options = {
  backups: directory,
  archive: directory,
  data: directory,
  backup: z.string().min(1),
  keep: count,
  timeline: count,
  latest: z.boolean(),
  time: z.iso.datetime({ offset: true, error: "must be like 2026-03-01T12:00:00Z, with its offset" }),
  name: z.string().min(1).max(63),
  superuser: z.string().min(1),
  programs: directory,
  "wait-seconds": count,
};

/** Reads a command's options. @throws UsageError with every problem at once. */
export const readOptions = <Needed extends keyof typeof options, Optional extends keyof typeof options = never>(
  args: readonly string[],
  needed: readonly Needed[],
  optional: readonly Optional[] = [],
) => {
  const shape = z.object({
    ...Object.fromEntries(needed.map((name) => [name, options[name]])),
    ...Object.fromEntries(optional.map((name) => [name, options[name].optional()])),
  });
  let values: object;
  try {
    const known = [...needed, ...optional].map((name) => {
      const type = name === "latest" ? ("boolean" as const) : ("string" as const);
      return [name, { type }] as const;
    });
    ({ values } = parseArgs({ args: [...args], options: Object.fromEntries(known) }));
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  const parsed = shape.safeParse(values);
  if (!parsed.success) {
    throw new UsageError(parsed.error.issues.map(({ path, message }) => `--${path.join(".")}: ${message}`).join("\n"));
  }
  type Value<Name extends keyof typeof options> = z.output<(typeof options)[Name]>;
  return parsed.data as { readonly [Name in Needed]: Value<Name> } & { readonly [Name in Optional]?: Value<Name> };
};
