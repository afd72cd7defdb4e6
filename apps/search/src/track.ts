import { join } from "node:path";
import type { ServiceTrack } from "@nofx/track-kit";

/** Where this service's tables come from, and the role it uses them with. */
export const searchTrack: ServiceTrack = {
  schema: "search",
  directory: join(import.meta.dirname, "../../../migrations/trackC"),
  role: "nofx_search",
};
