import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

/** What an app's package.json says of its bundle, and what of it goes into the bundle's. */
const Declaration = z.looseObject({
  name: z.string(),
  version: z.string(),
  engines: z.object({ node: z.string() }),
  bundle: z.strictObject({
    /** Programs: `main` of `./src/main.ts` becomes `dist/main.js`. */
    entries: z.record(z.string().regex(/^[a-z][a-z-]*$/), z.string().startsWith("./")).refine((all) => "main" in all, {
      message: "needs `main`",
    }),
    /** Files and directories that the code reads by `import.meta.dirname`, seen from the app. */
    assets: z.array(z.string()).default([]),
    /** Where it listens if PORT says nothing else; kept as `config.port`. */
    port: z.int().min(1).max(65_535).optional(),
  }),
});

export type Declaration = z.output<typeof Declaration>;

/** Reads an app's declaration. @throws what is wrong with it */
export const readDeclaration = async (app: string): Promise<Declaration> => {
  const file = join(app, "package.json");
  const { success, data, error } = Declaration.safeParse(JSON.parse(await readFile(file, "utf8")));
  if (success) return data;
  throw new Error(`${file} declares no bundle:\n${z.prettifyError(error)}`);
};
