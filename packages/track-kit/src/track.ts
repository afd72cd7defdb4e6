import type { Track } from "@nofx/db-kit";

/** Where a service's tables come from, and the role it uses them with. */
export interface ServiceTrack extends Track {
  readonly role: string;
}
