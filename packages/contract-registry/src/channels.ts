import { SemVer } from "@nofx/contract-kit";
import { z } from "zod";
import { agentParams } from "./agent.ts";
import { Channel, SettableChannelName } from "./channel.ts";
import { defineOperation } from "./errors.ts";

const params = agentParams.extend({ channel: SettableChannelName });

export const setChannel = defineOperation({
  id: "setChannel",
  method: "PUT",
  path: "/api/agents/{agentId}/channels/{channel}",
  tag: "Channels",
  summary: "Point a channel at a version",
  description:
    "Makes the channel if it is new. A channel points at any released version that is not archived, also at one that is deprecated. Setting it to where it points already changes nothing. `latest` cannot be set: it is the current version.",
  access: { scope: "agents:publish" },
  params,
  body: z.object({ version: SemVer }),
  idempotent: true,
  ifMatch: true,
  success: { 200: z.object({ channel: Channel }) },
  errors: ["agent_not_found", "version_not_found", "channel_target_refused", "channel_limit_reached"],
  example: {
    arguments: { agentId: "code-review", channel: "beta", body: { version: "2.1.0-beta.1" } },
    answer: { channel: { channel: "beta", version: "2.1.0-beta.1", updatedAt: "2026-11-22T09:30:00.000Z" } },
  },
});

export const deleteChannel = defineOperation({
  id: "deleteChannel",
  method: "DELETE",
  path: "/api/agents/{agentId}/channels/{channel}",
  tag: "Channels",
  summary: "Remove a channel",
  description: "Answers what the channel was. The version it pointed at stays.",
  access: { scope: "agents:publish" },
  params,
  ifMatch: true,
  success: { 200: z.object({ channel: Channel }) },
  errors: ["agent_not_found", "channel_not_found"],
  example: {
    arguments: { agentId: "code-review", channel: "beta" },
    answer: { channel: { channel: "beta", version: "2.1.0-beta.1", updatedAt: "2026-11-22T09:30:00.000Z" } },
  },
});
