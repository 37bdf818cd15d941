/** Asks the control server of the simulated site: bounded in time and size, and every answer is parsed. */
import { Agent, request } from 'undici';
import { z } from 'zod';
import { CodedError } from '../core/errors.ts';

const faultSchema = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  active: z.boolean(),
  oneShot: z.boolean(),
});
export const demoSchema = z.object({ title: z.string(), faults: z.array(faultSchema) });
export const switchedSchema = z.object({ id: z.string(), active: z.boolean() });

export interface SiteControl {
  /** @throws CodedError SW_UNREACHABLE, SW_REPLY_UNEXPECTED */
  demo(): Promise<z.infer<typeof demoSchema>>;
  /** @throws CodedError SW_NOT_FOUND, SW_UNREACHABLE, SW_REPLY_UNEXPECTED */
  switchFault(id: string, active: boolean): Promise<z.infer<typeof switchedSchema>>;
  close(): Promise<void>;
}

/** A fault may stop and start whole processes before it is answered. */
const answerMsMax = 60_000;
const answerBytesMax = 256 * 1024;

export function createSiteControl(controlUrl: string): SiteControl {
  const agent = new Agent({ maxResponseSize: answerBytesMax });
  const ask = async <T>(schema: z.ZodType<T>, path: string, body?: object): Promise<T> => {
    const { status, answer } = await call(agent, new URL(path, controlUrl), body);
    if (status === 404) throw unknownFault(path);
    const parsed = schema.safeParse(answer);
    if (status < 300 && parsed.success) return parsed.data;
    throw new CodedError('SW_REPLY_UNEXPECTED', {
      doing: 'asking the simulated site',
      expected: 'an answer of the known shape',
      found: `status ${status}, ${JSON.stringify(answer)?.slice(0, 200)}`,
      todo: 'Start the demo again',
    });
  };
  return {
    demo: () => ask(demoSchema, '/api/v1/demo'),
    switchFault: (id, active) => ask(switchedSchema, `/api/v1/demo/faults/${encodeURIComponent(id)}`, { active }),
    close: () => agent.close(),
  };
}

async function call(dispatcher: Agent, url: URL, body?: object): Promise<{ status: number; answer: unknown }> {
  const content = body
    ? ({ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } as const)
    : ({ method: 'GET' } as const);
  try {
    const answer = await request(url, { ...content, dispatcher, signal: AbortSignal.timeout(answerMsMax) });
    return { status: answer.statusCode, answer: await answer.body.json() };
  } catch (cause) {
    throw new CodedError('SW_UNREACHABLE', {
      doing: 'asking the simulated site',
      expected: 'an answer in JSON',
      found: cause instanceof Error ? cause.message : String(cause),
      todo: 'Start the demo again',
      cause,
    });
  }
}

function unknownFault(path: string): CodedError {
  return new CodedError('SW_NOT_FOUND', {
    doing: 'asking the simulated site',
    expected: 'one of its faults',
    found: decodeURIComponent(path.split('/').at(-1) ?? ''),
    todo: 'Look at the list of faults',
  });
}
