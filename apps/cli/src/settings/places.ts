import { dirname, join, resolve } from "node:path";
import envPaths from "env-paths";
import type { Environment } from "../output/style.ts";

/** Where credentials are kept: NOFX_CONFIG, or where this system keeps settings. */
export const credentialsFile = (env: Environment): string =>
  join(env.NOFX_CONFIG || envPaths("nofx", { suffix: "" }).config, "credentials.json");

/** Where a running `npm start` may have written `local.json`: NOFX_STATE, else `.nofx` here and in each directory above. */
export const localJsonPlaces = (env: Environment, cwd: string): string[] => {
  if (env.NOFX_STATE) return [resolve(cwd, env.NOFX_STATE, "local.json")];
  const places: string[] = [];
  for (let directory = resolve(cwd); ; directory = dirname(directory)) {
    places.push(join(directory, ".nofx", "local.json"));
    if (directory === dirname(directory)) return places;
  }
};
