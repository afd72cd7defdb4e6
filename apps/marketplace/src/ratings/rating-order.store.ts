import { sql } from "kysely";

/**
 * Every rated template that the caller may read: its mean, and the Bayesian mean of now, which lists by rating are ordered
 * by. Unrated templates have no row. A statement to join as a table; its rows are as many as there are rated templates, so
 * order, limit and then join, where nothing else selects.
 */
export const ratingScores = sql<{ tenant_id: string; template_id: string; average: number; score: number }>`
  WITH priors AS MATERIALIZED (SELECT category, prior FROM rating_priors())
  SELECT r.tenant_id, r.template_id, r.rating_sum::double precision / r.rating_count AS average,
         (15 * coalesce(p.prior, other.prior) + r.rating_sum) / (15 + r.rating_count) AS score
  FROM template_rating_totals r
  LEFT JOIN priors p ON p.category = r.category
  JOIN priors other ON other.category IS NULL
  WHERE r.rating_count > 0`;
