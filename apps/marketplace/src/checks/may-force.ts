import type { RequestContext } from "@nofx/service-kit";
import { problem } from "../problem.ts";

/** Refuses who may not publish by force. @throws forbidden */
export const mayForce = ({ actor }: RequestContext, force: boolean): void => {
  if (!force || actor.scopes.has("templates:admin")) return;
  throw problem("forbidden", { detail: "Publishing by force takes the scope templates:admin, which the token lacks." });
};
