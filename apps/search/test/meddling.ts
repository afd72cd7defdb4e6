/** What happens between search and a service that it follows. */
export interface Meddling {
  /** Whether its feed and its records can be reached. */
  isDown: boolean;
  /** Puts something else in the place of a record. */
  record: (record: { agentId?: string; templateId?: string }) => unknown;
  /** Called before each request. */
  before: (path: string, body: string) => Promise<Response | undefined> | Response | undefined;
  /** Comes between. */
  readonly wrap: (service: typeof fetch) => typeof fetch;
}

const isAboutRecords = ({ pathname }: URL): boolean => pathname.startsWith("/api/records/");
const isFollowing = (url: URL): boolean => isAboutRecords(url) || url.pathname.endsWith("/changes");

/** Lets a test come between search and a real service: it is away, or some of its records are odd. */
export const meddling = (): Meddling => {
  const refuseIfDown = (url: URL): void => {
    if (own.isDown && isFollowing(url)) throw new TypeError("fetch failed");
  };
  const own: Meddling = {
    isDown: false,
    record: (record) => record,
    before: () => undefined,
    wrap: (service) => async (input, init) => {
      const url = new URL(String(input));
      refuseIfDown(url);
      const instead = await own.before(url.pathname, String(init?.body ?? ""));
      if (instead) return instead;
      const response = await service(input, init);
      refuseIfDown(url);
      if (!isAboutRecords(url) || !response.ok) return response;
      const body = (await response.json()) as { records: [] };
      return Response.json({ ...body, records: body.records.map((record) => own.record(record)) });
    },
  };
  return own;
};
