import type { UsageEvent } from "./execution.rules.ts";

/** What reports of a batch mostly have in common. */
export type UsageKind = Pick<
  UsageEvent,
  | "day"
  | "templateTenant"
  | "templateId"
  | "version"
  | "environment"
  | "callerKind"
  | "isSample"
  | "outcome"
  | "failedStep"
  | "errorClass"
>;

/** No part but the last two can hold the separator, and these are told with their length. */
const nameOf = (kind: UsageKind): string => {
  const { day, templateTenant, templateId, version, environment, callerKind, isSample, outcome } = kind;
  const { failedStep, errorClass } = kind;
  return `${day} ${templateTenant} ${templateId} ${version} ${environment} ${callerKind} ${isSample} ${outcome} ${failedStep.length} ${failedStep} ${errorClass}`;
};

/** The kinds of reports, each once, and for each report the place of its kind, from 1. */
export const kindsOf = (
  events: readonly UsageEvent[],
): { readonly kinds: readonly UsageKind[]; readonly places: readonly number[] } => {
  const kinds: UsageKind[] = [];
  const known = new Map<string, number>();
  const places = events.map((event) => {
    const name = nameOf(event);
    const place = known.get(name) ?? kinds.push(event);
    known.set(name, place);
    return place;
  });
  return { kinds, places };
};
