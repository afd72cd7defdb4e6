import { join } from "node:path";
import type { Track } from "@nofx/db-kit";

/** Where this service's tables come from, and the role it uses them with. */
export const registryTrack: Track & { readonly role: string } = {
  schema: "registry",
  directory: join(import.meta.dirname, "../../../migrations/trackA"),
  role: "nofx_registry",
};
