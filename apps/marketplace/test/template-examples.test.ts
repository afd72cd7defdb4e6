import { unwrap } from "@nofx/client";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { expect, it } from "vitest";
import { marketplace } from "./marketplace.ts";
import type { TemplateBody } from "./templates.ts";

it("the examples of the reference are true: what they send is answered as they say", async () => {
  const world = await marketplace();
  const alice = world.as(await world.person("publisher", "acme"));
  const { publishTemplate, validateTemplate, getTemplateVersion } = marketplaceContract.operations;
  const bodyOf = ({ example }: typeof publishTemplate | typeof validateTemplate) =>
    example.arguments?.body as TemplateBody;
  const shown = publishTemplate.example.answer as { template: object; version: { digest: string } };
  const { template, version } = await unwrap(
    alice.publishTemplate({ body: bodyOf(publishTemplate), visibility: "public" }),
  );
  const { id: _id, updatedAt: _updated, publishedAt: _published, ...rest } = template;
  expect(shown.template).toMatchObject(rest);
  expect(version.digest).toBe(shown.version.digest);
  const { templateId, version: number } = bodyOf(publishTemplate);
  const document = await unwrap(alice.getTemplateVersion({ templateId, version: number }));
  expect(document).toEqual(getTemplateVersion.example.answer);
  expect(await unwrap(alice.validateTemplate({ body: bodyOf(validateTemplate) }))).toMatchObject({
    valid: false,
    ...(validateTemplate.example.answer as object),
  });
});
