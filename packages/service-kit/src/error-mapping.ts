import { bodyBytesMax } from "./body-limit.ts";
import { coreProblem, HttpProblem } from "./http-problem.ts";

const retrySoon = { headers: { "retry-after": "1" } };

const mebibyte = 1024 * 1024;

/** Fastify's own refusals, by code. */
const ofFastify = (code: string, message: string, bodyBytesMax: number): HttpProblem | undefined => {
  switch (code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return coreProblem("payload_too_large", {
        detail: `The body is larger than this operation accepts (${bodyBytesMax / mebibyte} MiB).`,
      });
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return coreProblem("media_type_unsupported");
    case "FST_ERR_CTP_INVALID_CONTENT_LENGTH":
    case "FST_ERR_CTP_EMPTY_JSON_BODY":
    case "FST_ERR_CTP_INVALID_JSON_BODY":
      return coreProblem("body_malformed", { detail: message });
    case "FST_ERR_BAD_URL":
    case "FST_ERR_MAX_PARAM_LENGTH":
      return coreProblem("request_invalid", { detail: "The address is not a valid URL path." });
    default:
      return undefined;
  }
};

/** SQLSTATE classes that pass: connection failures, resource limits, shutdown, cancellation, lock timeouts, deadlocks. */
const passingSqlState = /^(?:08...|53...|57P0[1-5]|57014|55P03|40001|40P01|25P03)$/;
const passingSystemError = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN"]);
const passingMessage =
  /timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|connection error and is not queryable/;

const isPassing = (error: Error & { code?: unknown }): boolean =>
  (typeof error.code === "string" && (passingSystemError.has(error.code) || passingSqlState.test(error.code))) ||
  passingMessage.test(error.message);

/** What to answer for anything that was thrown. Unknown errors become `internal_error`, and nothing of them is told. */
export const toProblem = (thrown: unknown, bodyMax = bodyBytesMax): HttpProblem => {
  if (thrown instanceof HttpProblem) return thrown;
  if (!(thrown instanceof Error)) return coreProblem("internal_error");
  const { code } = thrown as { code?: unknown };
  const known = typeof code === "string" ? ofFastify(code, thrown.message, bodyMax) : undefined;
  if (known) return known;
  if (isPassing(thrown)) return coreProblem("unavailable", retrySoon);
  return coreProblem("internal_error");
};
