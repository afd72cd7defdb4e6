import { chown, mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { asRole, ensureDatabase, migrateUp, provisionRole } from "@nofx/db-kit";
import {
  type EmbeddedOptions,
  type EmbeddedServer,
  quickDirectory,
  serverUser,
  startEmbedded,
} from "@nofx/db-kit/embedded";
import { marketplaceTrack } from "@nofx/marketplace";
import { registryTrack } from "@nofx/registry";
import { searchTrack } from "@nofx/search";

/** Password of everybody on these servers. */
export const password = "test";

const database = "nofx";

/** Safe against half files, and against being asked again for what it has done. */
const archiveCommand = (archive: string): string => {
  const file = `${archive}/%f`;
  return `test -f ${file} && cmp -s %p ${file} || { test ! -f ${file} && cp %p ${file}.partial && mv ${file}.partial ${file}; }`;
};

/** Directories of a cluster, of its backups and of its log. */
export interface Places {
  readonly root: string;
  readonly data: string;
  readonly backups: string;
  readonly archive: string;
  /** Another directory, for a cluster that is restored. */
  elsewhere(name: string): string;
  remove(): Promise<void>;
}

/** Makes them where the server's account can reach them. */
export const makePlaces = async (): Promise<Places> => {
  const root = await mkdtemp(join(await quickDirectory(), "nofx-operations-"));
  const archive = join(root, "archive");
  await mkdir(archive);
  const user = serverUser();
  if (user) for (const path of [root, archive]) await chown(path, user.uid, user.gid);
  return {
    root,
    archive,
    data: join(root, "data"),
    backups: join(root, "backups"),
    elsewhere: (name) => join(root, name),
    remove: () => rm(root, { recursive: true, force: true }),
  };
};

/** Starts a server that archives its log. */
export const startArchiving = (
  places: Pick<Places, "archive">,
  options: Pick<EmbeddedOptions, "dataDirectory" | "port" | "settings">,
): Promise<EmbeddedServer> =>
  startEmbedded({
    ...options,
    password,
    settings: {
      archive_mode: "on",
      // Passed on by a shell, within single quotes.
      archive_command: archiveCommand(places.archive),
      max_connections: "200",
      ...options.settings,
    },
  });

/** Adds the services' database to a server. Gives an administrator's address of it. */
export const provision = async (
  server: EmbeddedServer,
  serviceTracks = [registryTrack, marketplaceTrack, searchTrack],
) => {
  const adminUrl = await ensureDatabase(server.url, database);
  for (const track of serviceTracks) {
    await provisionRole(adminUrl, { ...track, password });
    await migrateUp(adminUrl, track);
  }
  return adminUrl;
};

/** An administrator's address of the services' database of a server. */
export const adminUrlOf = (server: EmbeddedServer): string => {
  const url = new URL(server.url);
  url.pathname = `/${database}`;
  return url.href;
};

/** A service's address of its database. */
export const urlFor = (server: EmbeddedServer, role: string): string => asRole(adminUrlOf(server), role, password);
