import { readFile, stat } from "node:fs/promises";
import { z } from "zod";
import type { Environment } from "../output/style.ts";
import { localJsonPlaces } from "./places.ts";

/** What a running `npm start` tells of itself; only an address of this machine is believed. */
const LocalJson = z.object({
  origin: z.url({ protocol: /^http$/, hostname: /^(127\.0\.0\.1|localhost|\[::1\])$/ }),
  token: z.string().min(1),
  tenant: z.string(),
});
type LocalJson = z.infer<typeof LocalJson>;

/** Whoever else could have put it there would say where tokens are sent. */
const isOwn = async (file: string): Promise<boolean> => {
  const { uid } = await stat(file);
  return process.getuid === undefined || uid === process.getuid() || uid === 0;
};

const read = async (file: string): Promise<LocalJson | undefined> => {
  try {
    const text = await readFile(file, "utf8");
    return (await isOwn(file)) ? LocalJson.parse(JSON.parse(text)) : undefined;
  } catch {
    return undefined;
  }
};

/** The control plane that `npm start` runs in this directory or above it; what cannot be read is passed over. */
export const findLocalJson = async (env: Environment, cwd: string): Promise<LocalJson | undefined> => {
  for (const file of localJsonPlaces(env, cwd)) {
    const found = await read(file);
    if (found) return found;
  }
  return undefined;
};
