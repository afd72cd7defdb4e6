/** What happens between search and a service that it follows. */
export interface Meddling {
  /** Whether the service can be reached. */
  isDown: boolean;
  /** Puts something else in the place of a record. */
  record: (record: { agentId?: string; templateId?: string }) => unknown;
  /** Called before each request. */
  before: (path: string, body: string) => Promise<Response | void> | Response | void;
  /** Comes between. */
  readonly wrap: (service: typeof fetch) => typeof fetch;
}

/** Lets a test come between search and a real service: it is away, or some of its records are odd. */
export const meddling = (): Meddling => {
  const own: Meddling = {
    isDown: false,
    record: (record) => record,
    before: () => undefined,
    wrap: (service) => async (input, init) => {
      if (own.isDown) throw new TypeError("fetch failed");
      const url = new URL(String(input));
      const instead = await own.before(url.pathname, String(init?.body ?? ""));
      if (instead) return instead;
      const response = await service(input, init);
      if (own.isDown) throw new TypeError("fetch failed");
      if (!url.pathname.startsWith("/api/records/") || !response.ok) return response;
      const body = (await response.json()) as { records: [] };
      return Response.json({ ...body, records: body.records.map((record) => own.record(record)) });
    },
  };
  return own;
};
