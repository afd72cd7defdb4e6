import { join } from "node:path";
import type { ServiceTrack } from "@nofx/track-kit";

/** Where this service's tables come from, and the role it uses them with. */
export const registryTrack: ServiceTrack = {
  schema: "registry",
  directory: join(import.meta.dirname, "../../../migrations/trackA"),
  role: "nofx_registry",
};
