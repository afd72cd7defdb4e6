import { page, pageQuery, ResourceId, SemVer, TenantId } from "@nofx/contract-kit";
import { z } from "zod";
import { defineOperation } from "./errors.ts";
import { ListedRating, OwnRating, RatingTotals, Stars } from "./rating.ts";
import * as examples from "./rating-examples.ts";
import { readTemplates, templateParams, templateTenantQuery } from "./template.ts";

const tag = "Ratings";
const path = "/api/templates/{templateId}/rating";
const query = z.object(templateTenantQuery);

const NewRating = z.object({
  rating: Stars,
  comment: z.string().trim().max(500).optional().meta({ description: "Everybody who may read the template reads it" }),
  version: SemVer.optional().meta({ description: "What is rated: a released version; default: the current one" }),
});

const Rated = z.object({ rating: OwnRating, totals: RatingTotals });

export const rateTemplate = defineOperation({
  id: "rateTemplate",
  method: "PUT",
  path,
  tag,
  summary: "Rate a template",
  description:
    "One rating per subject and template: 201 for the first, 200 for one that takes its place, comment and version included. The same again changes nothing. `totals` count it already. Nobody rates templates of their own tenant.",
  access: { scope: "templates:rate" },
  params: templateParams,
  query,
  body: NewRating,
  idempotent: true,
  success: { 200: Rated, 201: Rated },
  example: examples.rateTemplate,
  errors: ["template_not_found", "version_not_found", "own_template"],
});

export const rateTemplateByBody = defineOperation({
  id: "rateTemplateByBody",
  method: "POST",
  path: "/api/templates/rate",
  tag,
  summary: "Rate a template that the body names",
  description:
    "The same as rateTemplate, for callers who know it by its older name. Who rates follows from the token; what else the body says of it is ignored.",
  access: { scope: "templates:rate" },
  body: NewRating.extend({
    templateId: ResourceId,
    tenant: TenantId.optional().meta({ description: "Whose public template; default: your own tenant's" }),
  }),
  idempotent: true,
  success: { 201: z.object({ rating: z.object({ averageRating: z.number(), ratingCount: z.int() }) }) },
  example: examples.rateTemplateByBody,
  errors: ["template_not_found", "version_not_found", "own_template"],
});

export const getMyRating = defineOperation({
  id: "getMyRating",
  method: "GET",
  path,
  tag,
  summary: "Get your rating of a template",
  description: "The rating of the subject that the token names.",
  access: { scope: "templates:read" },
  params: templateParams,
  query,
  success: { 200: z.object({ rating: OwnRating }) },
  example: examples.getMyRating,
  errors: ["template_not_found", "rating_not_found"],
});

export const withdrawRating = defineOperation({
  id: "withdrawRating",
  method: "DELETE",
  path,
  tag,
  summary: "Withdraw your rating of a template",
  description: "Answers what the rating was, and the totals without it.",
  access: { scope: "templates:rate" },
  params: templateParams,
  query,
  success: { 200: Rated },
  example: examples.withdrawRating,
  errors: ["template_not_found", "rating_not_found"],
});

export const listRatings = defineOperation({
  id: "listRatings",
  method: "GET",
  path: "/api/templates/{templateId}/ratings",
  tag,
  summary: "List a template's ratings",
  description:
    "Latest changed first, to everybody who may read the template. Who rated is told to members of the rater's own tenant only, also not to the template's tenant.",
  access: readTemplates,
  params: templateParams,
  query: z.object({
    ...pageQuery,
    ...templateTenantQuery,
    version: SemVer.optional().meta({ description: "Only ratings of this version" }),
    stars: z.coerce.number().int().min(1).max(5).optional().meta({ description: "Only ratings with so many stars" }),
  }),
  success: { 200: page("ratings", ListedRating) },
  example: examples.listRatings,
  errors: ["template_not_found"],
});
