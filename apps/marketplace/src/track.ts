import { join } from "node:path";
import type { ServiceTrack } from "@nofx/track-kit";

/** Where this service's tables come from, and the role it uses them with. */
export const marketplaceTrack: ServiceTrack = {
  schema: "marketplace",
  directory: join(import.meta.dirname, "../../../migrations/trackB"),
  role: "nofx_marketplace",
};
