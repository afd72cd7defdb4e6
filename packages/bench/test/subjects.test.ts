import { expect, it } from "vitest";
import { recordAnswers, subjectsOf } from "../src/subjects.ts";
import { listen, subjectOf } from "./servers.ts";

it("every version, every agent and every page is an address", async () => {
  const pages: Record<string, object> = {
    "/api/agents?limit=20": { nextCursor: "second" },
    "/api/agents?limit=20&cursor=second": { nextCursor: "third" },
    "/api/agents?limit=20&cursor=third": {},
  };
  const service = await listen(({ url = "" }, response) => response.end(JSON.stringify(pages[url])));
  const subjects = await subjectsOf(service, ["a", "b"], ["1.0.0", "2.0.0"]);
  expect(subjects.map(({ addresses }) => addresses)).toEqual([
    [
      "/api/agents/a/versions/1.0.0",
      "/api/agents/a/versions/2.0.0",
      "/api/agents/b/versions/1.0.0",
      "/api/agents/b/versions/2.0.0",
    ],
    ["/api/agents/a", "/api/agents/b"],
    Object.keys(pages),
  ]);
  for (const { goal } of subjects) {
    expect(goal).toBeGreaterThan(0);
    expect(goal).toBeLessThan(1);
  }
});

it("answers are recorded byte for byte, asked for with the target's headers", async () => {
  const service = await listen(({ url, headers }, response) => {
    response.setHeader("content-type", "application/octet-stream");
    response.end(Buffer.from([0xff, 0x00, ...Buffer.from(`${url} ${headers.authorization}`)]));
  });
  expect(await recordAnswers(service, subjectOf("/1", "/2"))).toEqual({
    route: "/:id",
    contentType: "application/octet-stream",
    bodies: new Map([
      ["/1", Buffer.from([0xff, 0x00, ...Buffer.from("/1 Bearer me")])],
      ["/2", Buffer.from([0xff, 0x00, ...Buffer.from("/2 Bearer me")])],
    ]),
  });
});

it("an address that is refused is named, with status and answer", async () => {
  const service = await listen((_request, response) => response.writeHead(403).end("not yours"));
  await expect(recordAnswers(service, subjectOf("/1"))).rejects.toThrow("/1 answers 403: not yours");
  await expect(subjectsOf(service, [], [])).rejects.toThrow("/api/agents?limit=20 answers 403: not yours");
});
