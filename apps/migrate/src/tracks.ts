import { marketplaceTrack } from "@nofx/marketplace/track";
import { registryTrack } from "@nofx/registry/track";
import { searchTrack } from "@nofx/search/track";

/** What is migrated, in this order. */
export const tracks = [registryTrack, marketplaceTrack, searchTrack] as const;

/** Whose the schemas and everything in them are. */
export const ownerRole = "nofx_owner";

/** Who logs in to migrate, where the accounts are made here. */
export const migratorRole = "nofx_migrator";
