import type { FastifyInstance, LightMyRequestResponse } from "fastify";

const answer = ({ statusCode, headers, rawPayload }: LightMyRequestResponse): Response => {
  const copied = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    for (const each of Array.isArray(value) ? value : [value]) copied.append(name, String(each));
  }
  const empty = statusCode === 204 || statusCode === 304;
  return new Response(empty ? null : new Uint8Array(rawPayload), { status: statusCode, headers: copied });
};

/** A `fetch` that goes straight into a Fastify app: the whole request path, without a socket. */
export const fetchInto =
  (app: FastifyInstance): typeof fetch =>
  async (input, init) => {
    const request = new Request(input, init);
    const { pathname, search } = new URL(request.url);
    const response = await app.inject({
      method: request.method as "GET",
      url: pathname + search,
      headers: Object.fromEntries(request.headers),
      signal: request.signal,
      ...(request.body && { payload: Buffer.from(await request.arrayBuffer()) }),
    });
    return answer(response);
  };
