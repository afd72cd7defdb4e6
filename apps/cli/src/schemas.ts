import { Problem } from "@nofx/contract-kit";
import { z } from "zod";
import type { CommandGroup } from "./command.ts";
import { FileFinding } from "./output/file-finding.ts";
import { program } from "./program.ts";

/** What `--json` prints of any command that fails. */
const FailureDocument = z.object({
  error: z.object({
    code: z.string().meta({ description: "Stable: of the problem, or one of nofx such as `usage` or `no_answer`" }),
    message: z.string(),
    next: z.string().optional().meta({ description: "What to do about it" }),
    problem: Problem.optional().meta({ description: "What a service answered (RFC 9457)" }),
    findings: z.array(FileFinding).optional(),
  }),
});

/** Open, as answers of later services have more members. */
const jsonSchema = (title: string, schema: z.ZodType): object => ({
  ...z.toJSONSchema(schema, {
    override: ({ jsonSchema: part }) => {
      if (part.additionalProperties === false) delete part.additionalProperties;
    },
  }),
  title,
});

/** The JSON Schema of each command's `--json` by the name of its file, and of failures as `error`. */
export const commandSchemas = async (
  groups: readonly CommandGroup[] = program,
): Promise<ReadonlyMap<string, object>> => {
  const schemas = new Map([["error", jsonSchema("nofx: what a failed command prints with --json", FailureDocument)]]);
  for (const { path, load } of groups.flatMap(({ commands }) => commands)) {
    const { output } = await load();
    schemas.set(path.join("-"), jsonSchema(`nofx ${path.join(" ")} --json`, output));
  }
  return schemas;
};
