import type { CompiledTemplate, RunResult } from "@nofx/contract-marketplace";
import { z } from "zod";
import { problem } from "../problem.ts";

/** Where compiled prompts are sent: a server that speaks the OpenAI Responses API. */
export interface Runner {
  /** Such as `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  readonly token: string | undefined;
  readonly timeoutMs: number;
}

const Content = z.looseObject({ type: z.string(), text: z.string().optional(), refusal: z.string().optional() });
const Output = z.looseObject({
  type: z.string(),
  role: z.string().optional(),
  content: z.array(Content).nullish(),
  summary: z.array(z.looseObject({ text: z.string().optional() })).nullish(),
});

/** The parts of a response that callers of the builder know. */
const Response = z.looseObject({
  id: z.string(),
  status: z.enum(["completed", "queued", "in_progress", "incomplete", "failed", "cancelled"]).default("completed"),
  output: z.array(Output).default([]),
});

type Answered = Omit<RunResult, "runId" | "historyPlan" | "compiled">;

const toAnswered = ({ id, status, output }: z.infer<typeof Response>): Answered => {
  const messages = output.filter(({ type }) => type === "message");
  const contents = messages.flatMap(({ role = "assistant", content }) =>
    (content ?? []).map((part) => ({ role, ...part })),
  );
  return {
    status,
    responseId: id,
    bufferedMessages: contents.flatMap(({ role, text }) => (text === undefined ? [] : [{ role, text }])),
    reasoning: output.flatMap(({ type, summary }) =>
      type === "reasoning" ? (summary ?? []).flatMap(({ text }) => text ?? []) : [],
    ),
    refusals: contents.flatMap(({ refusal }) => refusal ?? []),
  };
};

/** A compiled prompt in the form of the Responses API. */
const toRequest = (compiled: CompiledTemplate, background: boolean | undefined) => {
  const { request, tools, maxToolCalls, toolChoice } = compiled;
  const { builtin = [], include } = tools as { builtin?: (string | object)[]; include?: string[] };
  return {
    ...request,
    safety_identifier: compiled.metadata.safety_identifier,
    ...(builtin.length > 0 && { tools: builtin.map((tool) => (typeof tool === "string" ? { type: tool } : tool)) }),
    ...(include && { include }),
    ...(maxToolCalls !== undefined && { max_tool_calls: maxToolCalls }),
    ...(toolChoice !== undefined && { tool_choice: toolChoice }),
    ...(background !== undefined && { background }),
  };
};

const send = async (runner: Runner, body: object): Promise<globalThis.Response> => {
  try {
    return await fetch(`${runner.baseUrl.replace(/\/+$/, "")}/responses`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(runner.token !== undefined && { authorization: `Bearer ${runner.token}` }),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(runner.timeoutMs),
    });
  } catch {
    throw problem("runner_unavailable", { headers: { "retry-after": "5" } });
  }
};

/** Hands a compiled prompt to the runner, once: whether a request that got no answer was carried out, nobody knows. */
export const askRunner = async (
  runner: Runner,
  compiled: CompiledTemplate,
  background: boolean | undefined,
): Promise<Answered> => {
  const answer = await send(runner, toRequest(compiled, background));
  const body: unknown = await answer.json().catch(() => undefined);
  if (!answer.ok) throw problem("runner_failed", { detail: `The runner answered with status ${answer.status}.` });
  const response = Response.safeParse(body);
  if (!response.success) throw problem("runner_failed", { detail: "The runner's answer is not a response." });
  return toAnswered(response.data);
};
