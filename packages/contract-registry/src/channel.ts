import { SemVer, Timestamp } from "@nofx/contract-kit";
import { z } from "zod";

/** How many channels an agent may have, beside `latest`. */
export const channelsMax = 50;

/** Name of a channel, `latest` included: a lower-case letter, then up to 31 letters, digits and hyphens. */
export const ChannelName = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,31}$/,
    "Use a lower-case letter, then up to 31 lower-case letters, digits or hyphens, such as `beta`",
  )
  .meta({ id: "ChannelName", examples: ["beta"] });

/** A channel that can be set. `latest` always is the current version, and what reads as a version range is no name. */
export const SettableChannelName = z
  .string()
  .regex(
    /^(?!latest$)(?!v*(?:x|\d+)$)[a-z][a-z0-9-]{0,31}$/,
    "Use a lower-case letter, then up to 31 lower-case letters, digits or hyphens, such as `beta`; not `latest`, and nothing that reads as a version range, such as `v1` or `x`",
  )
  .meta({ id: "SettableChannelName", description: "Name of a channel other than `latest`", examples: ["beta"] });

/** A named pointer to a version. `latest` is the current version; the others are set by hand. */
export const Channel = z
  .object({ channel: ChannelName, version: SemVer, updatedAt: Timestamp.meta({ description: "When it last moved" }) })
  .meta({ id: "Channel" });
export type Channel = z.infer<typeof Channel>;
