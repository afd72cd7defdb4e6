import type { Example } from "@nofx/contract-kit";

/** What others think of the template of the other examples. */

const at = "2026-11-22T09:30:00.000Z";
const templateId = "release-notes";
const comment = "Our customers read the notes now.";
const named = { templateId, tenant: "acme" };

const rating = { tenant: "acme", templateId, version: "1.1.0", rating: 5, comment, createdAt: at, updatedAt: at };

/** Four ratings in a category whose mean is 4. */
export const totals = {
  average: 4.5,
  count: 4,
  bayesian: 4.105263157894737,
  histogram: { 1: 0, 2: 0, 3: 0, 4: 2, 5: 2 },
};

export const rateTemplate: Example = {
  arguments: { ...named, body: { rating: 5, comment } },
  answer: { rating, totals },
};
export const rateTemplateByBody: Example = {
  arguments: { body: { ...named, rating: 5, comment } },
  answer: { rating: { averageRating: totals.average, ratingCount: totals.count } },
};
export const getMyRating: Example = { arguments: named, answer: { rating } };
export const withdrawRating: Example = {
  arguments: named,
  answer: {
    rating,
    totals: {
      average: 4.333333333333333,
      count: 3,
      bayesian: 4.055555555555555,
      histogram: { ...totals.histogram, 5: 1 },
    },
  },
};
export const listRatings: Example = {
  arguments: { ...named, stars: 5, limit: 1 },
  answer: {
    ratings: [
      {
        id: "7d3c1c52-5a3e-4a55-9a57-0d7c6a1d2e11",
        version: "1.1.0",
        rating: 5,
        comment,
        updatedAt: at,
        by: { tenant: "globex", subject: "token:5e0f7f0e-0c1d-4a65-9a3b-6f6a5f2f9b10" },
      },
    ],
    nextCursor: "WyJ0ZW1wbGF0ZSByYXRpbmdzIix7fV0",
  },
};
