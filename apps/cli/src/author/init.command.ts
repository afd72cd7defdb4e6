import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { localFailure } from "../failure.ts";
import type { Style } from "../output/style.ts";
import { repositoryFiles } from "./repository-files.ts";
import { planFiles, writeFiles } from "./write-files.ts";

const flag = z.literal(true).optional();
const input = z.object({
  directory: z.string().min(1).default("."),
  name: z.string().trim().min(1).max(120).optional(),
  withoutCi: flag,
  dryRun: flag,
});

const output = z.object({
  directory: z.string().meta({ description: "As it was named" }),
  dryRun: z.boolean().meta({ description: "Nothing was written" }),
  files: z.array(
    z.object({
      path: z.string().meta({ description: "Below the directory" }),
      outcome: z.enum(["created", "kept"]).meta({ description: "`kept`: it was there, and is as it was" }),
    }),
  ),
});
type Output = z.output<typeof output>;

const askName = async ({ prompts, options }: Context, fallback: string): Promise<string> =>
  prompts.canAsk && !options.yes
    ? await prompts.ask("--name", ({ input: ask }, where) =>
        ask({ message: "What is the repository called", default: fallback }, where),
      )
    : fallback;

const askCi = async ({ prompts, options }: Context): Promise<boolean> =>
  prompts.canAsk && !options.yes
    ? await prompts.ask("--without-ci", ({ confirm }, where) =>
        confirm({ message: "Validate and publish with GitHub Actions?", default: true }, where),
      )
    : true;

const tell = ({ directory, dryRun, files }: Output, style: Style): string => {
  const created = dryRun ? "would create" : "created";
  const lines = files.map(({ path, outcome }) =>
    outcome === "created" ? `${style.green(created)} ${path}` : `${style.yellow("kept")} ${path}: it is there already`,
  );
  const within = directory === "." ? "" : `cd ${directory} && `;
  return [...lines, ...(dryRun ? [] : [`Next: ${within}nofx new agent`])].join("\n");
};

/** `nofx init`. */
export const init: Command<typeof input, typeof output> = defineCommand({
  input,
  output,
  run: async (context, { directory, name: said, withoutCi, dryRun = false }) => {
    const root = resolve(context.cwd, directory);
    const there = await stat(root).catch(() => undefined);
    if (there && !there.isDirectory())
      throw localFailure("no_directory", `${directory} is a file`, "Name a directory.");
    const name = said ?? (await askName(context, basename(root) || "agents"));
    const hasCi = !withoutCi && (await askCi(context));
    const files = repositoryFiles(name, hasCi);
    return { output: { directory, dryRun, files: await (dryRun ? planFiles : writeFiles)(root, files) } };
  },
  tell,
});
