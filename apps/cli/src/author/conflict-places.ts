import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { asObject, finding, locate, type Path, readText, valueAt } from "@nofx/document";
import { z } from "zod";
import type { Context } from "../context.ts";
import { CliFailure } from "../failure.ts";
import type { FileFinding } from "../output/file-finding.ts";
import type { LocalTemplate } from "./local-template.ts";

const Want = z.object({
  resource: z.object({ kind: z.enum(["agent", "template"]), tenant: z.string(), id: z.string() }),
  range: z.string(),
  by: z.string(),
  path: z.array(z.string()),
});
type Want = z.infer<typeof Want>;
const Clash = z.object({ code: z.string(), wanted: z.array(Want), available: z.array(z.string()) });
type Clash = z.infer<typeof Clash>;
/** Who wants what cannot be had: as a service tells it, or as it was found here. */
const Conflict = Clash.extend({ others: z.array(Clash) });

/** Where a manifest says what it wants: in one of its environments, or else of itself. */
const placeOf = (content: unknown, { resource: { kind, tenant, id }, by }: Want): Path => {
  const environment = /^environment (.+)$/.exec(by)?.[1];
  const path = environment === undefined ? ["dependencies", `${kind}s`] : ["environments", environment, "agents"];
  const name = [id, `${tenant}/${id}`].find((each) => Object.hasOwn(asObject(valueAt(content, path)), each));
  return name === undefined ? ["content"] : ["content", ...path, name];
};

const messageOf = ({ code, available }: Clash, { resource: { kind, id }, range }: Want): string =>
  code === "absent"
    ? `There is no ${kind} ${id}, or it may not be used from here`
    : `No version of ${kind} ${id} suits all who want it: here it is ${range}; there are ${available.join(", ") || "none"}`;

/** Where in a template's manifest stands what cannot be had. */
export const conflictFindings = (told: unknown, file: string, text: string): FileFinding[] => {
  const { data: conflict } = Conflict.safeParse(told);
  const { content } = asObject(readText(text).content?.value);
  return [...(conflict ? [conflict, ...conflict.others] : [])].flatMap((clash) =>
    clash.wanted
      // Others come in by way of what the manifest wants, and stand in manifests of their own.
      .filter(({ path }) => path.length === 1)
      .map((want) => {
        const path = placeOf(content, want);
        return { ...finding("error", path, clash.code, messageOf(clash, want)), file, ...locate(text, path) };
      }),
  );
};

/** Does what needs a choice of versions; a failure says where in the manifest stands what cannot be had. */
export const placingConflicts = async <T>(
  { cwd }: Context,
  { file }: LocalTemplate,
  work: () => Promise<T>,
): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CliFailure && error.details.code === "dependencies_unsatisfiable")) throw error;
    const text = await readFile(resolve(cwd, file), "utf8");
    const findings = conflictFindings(error.cause, file, text);
    throw new CliFailure({ ...error.details, findings }, { cause: error });
  }
};
