import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import { readCredentials, saveCredentials } from "../settings/credentials.ts";
import { credentialsFile } from "../settings/places.ts";

const input = z.object({ all: z.literal(true).optional() });
const output = z.object({
  forgotten: z.array(z.string()).meta({ description: "Origins whose tokens are no longer kept" }),
  file: z.string(),
});

/** `nofx logout`. */
export const logout: Command<typeof input, typeof output> = defineCommand({
  input,
  output,
  run: async (context, { all }) => {
    const file = credentialsFile(context.env);
    const kept = await readCredentials(file);
    const asked = all ? Object.keys(kept.origins) : [(await context.connection()).origin];
    const forgotten = asked.filter((origin) => Object.hasOwn(kept.origins, origin));
    if (forgotten.length > 0) {
      const { defaultOrigin, origins, ...others } = kept;
      const left = Object.entries(origins).filter(([origin]) => !forgotten.includes(origin));
      const isKept = defaultOrigin !== undefined && !forgotten.includes(defaultOrigin);
      await saveCredentials(file, { ...others, ...(isKept && { defaultOrigin }), origins: Object.fromEntries(left) });
    }
    return { output: { forgotten, file } };
  },
  tell: ({ forgotten, file }, style) =>
    forgotten.length === 0
      ? `No token was kept in ${file}.`
      : forgotten.map((origin) => `${style.green("✓")} The token for ${origin} is forgotten.`).join("\n"),
});
