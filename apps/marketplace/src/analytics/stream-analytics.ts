import { setTimeout as delay } from "node:timers/promises";
import type { UsageNews } from "@nofx/contract-marketplace";
import { type RequestContext, streamEvent, streamHeartbeat, streamStart } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { asOf } from "./get-template-analytics.ts";
import { findNews, type News } from "./news.store.ts";

const retryMs = 2_000;
/** Proxies and browsers give a silent connection up, most after a minute. */
const heartbeatMs = 15_000;
/** Looked again all the same, in case a notice was lost. */
const pollMs = 5_000;
/** Folds can come many times in a second: a reader is told of several at once. */
const pauseMs = 200;

const placeOf = (lastEventId: string | undefined): string | undefined => {
  if (lastEventId !== undefined && !/^\d{1,18}$/.test(lastEventId)) {
    throw problem("request_invalid", { detail: "`Last-Event-ID` is no id of this stream." });
  }
  return lastEventId;
};

const eventOf = ({ place, templates, complete, waitingSince }: News, now: Date): string => {
  const data: UsageNews = { asOf: asOf({ waitingSince }, now), complete, templates };
  return streamEvent({ id: place, event: "usage", data });
};

/** Looks, and waits for the next fold if there was nothing to tell. Listens first: what comes between the two wakes it. */
const lookAndWait = async (deps: Deps, ctx: RequestContext, place: string): Promise<{ news: News; now: Date }> => {
  const done = new AbortController();
  const woken = deps.analytics.signal.next(ctx, pollMs, AbortSignal.any([ctx.signal, done.signal]));
  try {
    const now = deps.now();
    const news = await findNews(deps.db, ctx, place, now);
    if (news.templates.length === 0) await woken;
    return { news, now };
  } finally {
    done.abort();
  }
};

const follow = async function* (deps: Deps, ctx: RequestContext, first: News): AsyncGenerator<string, void> {
  let { place } = first;
  let sentAt = Date.now();
  yield streamStart(retryMs) + (first.templates.length > 0 ? eventOf(first, deps.now()) : streamEvent({ id: place }));
  while (!ctx.signal.aborted) {
    const { news, now } = await lookAndWait(deps, ctx, place);
    place = news.place;
    const isSilent = Date.now() - sentAt >= heartbeatMs;
    if (news.templates.length === 0 && !isSilent) continue;
    sentAt = Date.now();
    yield news.templates.length > 0 ? eventOf(news, now) : streamHeartbeat + streamEvent({ id: place });
    await delay(pauseMs, undefined, { signal: ctx.signal }).catch(() => undefined);
  }
};

/** Streams what folds change, as it happens, behind the place that the reader names, else from now on. @throws request_invalid */
export const streamAnalytics = async (deps: Deps, ctx: RequestContext): Promise<AsyncIterable<string>> =>
  follow(deps, ctx, await findNews(deps.db, ctx, placeOf(ctx.lastEventId), deps.now()));
