/** The fault panel of the demo: forwarded to the control server of the simulated site; absent otherwise. */
import { request } from 'undici';
import { z } from 'zod';
import { CodedError } from '../../core/errors.ts';
import type { App, AppOptions } from '../app.ts';
import { notFound } from '../problem.ts';

const answerMsMax = 60_000;
const faultParams = z.object({ id: z.string().regex(/^[a-z0-9-]+$/) });
const switchBody = z.strictObject({ active: z.boolean() });

export function demoRoutes(app: App, { demo }: AppOptions): void {
  const forward = async (method: 'GET' | 'POST', path: string, body?: object) => {
    if (!demo) throw notFound('looking for a demo', 'a supervisor of the demo', 'one of a real site');
    return call(`${demo.controlUrl}${path}`, method, body);
  };
  app.get('/api/v1/demo', async (_, reply) => {
    const { status, answer } = await forward('GET', '/api/v1/demo');
    return reply.code(status).send(answer);
  });
  app.post(
    '/api/v1/demo/faults/:id',
    { schema: { params: faultParams, body: switchBody } },
    async (incoming, reply) => {
      const { status, answer } = await forward('POST', `/api/v1/demo/faults/${incoming.params.id}`, incoming.body);
      return reply.code(status).send(answer);
    },
  );
}

async function call(url: string, method: 'GET' | 'POST', body?: object) {
  const json = body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {};
  try {
    const answer = await request(url, { method, ...json, signal: AbortSignal.timeout(answerMsMax) });
    return { status: answer.statusCode, answer: await answer.body.json() };
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    const todo = 'Start the demo again';
    throw new CodedError('SW_UNREACHABLE', {
      doing: 'asking the simulated site',
      expected: 'an answer',
      found,
      todo,
      cause,
    });
  }
}
