import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { registry } from "./registry.ts";

describe("listWebhooks", () => {
  it("200: the tenant's own, oldest first, page by page, without secrets", async () => {
    const { as, given } = await registry();
    const admin = as(await given.admin("acme"));
    const other = as(await given.admin("globex"));
    const create = async (client: typeof admin, path: string) =>
      (await unwrap(client.createWebhook({ body: { url: `http://127.0.0.1:9/${path}` } }))).webhook;
    const own = [await create(admin, "a"), await create(admin, "b"), await create(admin, "c")];
    await create(other, "d");
    const first = await unwrap(admin.listWebhooks({ limit: 2 }));
    const second = await unwrap(admin.listWebhooks({ limit: 2, cursor: first.nextCursor }));
    expect([...first.webhooks, ...second.webhooks]).toEqual(own);
    expect(second.nextCursor).toBeUndefined();
  });
});
