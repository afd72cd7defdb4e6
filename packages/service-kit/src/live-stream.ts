import type { Operation } from "@nofx/contract-kit";
import { toProblem } from "./error-mapping.ts";
import { type Exchange, identify } from "./exchange.ts";
import { admit } from "./identity.ts";
import type { Service } from "./service.ts";

interface Live {
  readonly service: Service;
  readonly operation: Operation;
}

/** Whether a token is still good, some time after the request came in. */
const isStillAdmitted = async ({ service, operation }: Live, { request }: Exchange): Promise<boolean> => {
  if ("anyone" in operation.access) return true;
  try {
    admit(operation.access, await identify(service, request));
    return true;
  } catch (thrown) {
    if (toProblem(thrown).status >= 500) throw thrown;
    return false;
  }
};

const whileAdmitted = async function* (live: Live, exchange: Exchange, stream: AsyncIterable<string | Uint8Array>) {
  for await (const piece of stream) {
    if (!(await isStillAdmitted(live, exchange))) return;
    yield piece;
  }
};

/**
 * A stream outlives the checks at its start: it counts as open until its connection is done with it, and each piece is
 * sent only while its caller is still admitted. Hence streams send a sign of life at least twice a minute.
 * @throws `rate_limited` or `unavailable` if too many are open
 */
export const liveStream = (
  live: Live,
  exchange: Exchange,
  stream: AsyncIterable<string | Uint8Array>,
): AsyncIterable<string | Uint8Array> => {
  const { tenantId, kind } = exchange.actor;
  // Whoever has no tenant shares an allowance with their kind: anonymous readers take none from the services.
  const close = live.service.streams.open(tenantId || `(${kind})`, live.operation.id);
  if (exchange.reply.raw.closed) close();
  else exchange.reply.raw.once("close", close);
  return whileAdmitted(live, exchange, stream);
};
