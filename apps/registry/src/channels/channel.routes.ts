import { registryContract } from "@nofx/contract-registry";
import { answer, changeHeader, mount, type Service } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { deleteChannel } from "./delete-channel.ts";
import { setChannel } from "./set-channel.ts";

const { operations } = registryContract;

export const channelRoutes = (service: Service, deps: Deps): void => {
  mount(service, operations.setChannel, async (ctx, { params, body }) => {
    const order = { channel: params.channel, version: body.version };
    const { channel, changeId } = await setChannel(deps, ctx, params.agentId, order);
    return answer(200, { body: { channel }, headers: changeHeader(changeId) });
  });

  mount(service, operations.deleteChannel, async (ctx, { params }) => {
    const { channel, changeId } = await deleteChannel(deps, ctx, params.agentId, params.channel);
    return answer(200, { body: { channel }, headers: changeHeader(changeId) });
  });
};
