/** The HTTP side of the simulated role: routes by method and path, errors as `{ code, message }`. */
import { z } from 'zod';
import { type ErrorCode, toErrorData } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import { type Exchange, readBody, sendJson } from '../exchange.ts';
import type { ProductApp } from '../faulty-server.ts';

export interface Reply {
  readonly status: number;
  readonly body: Json;
}

/** Method and path, and what answers them. */
export type RoleRoute = readonly [
  route: string,
  answer: (request: { readonly body: unknown }) => Reply | Promise<Reply>,
];

const statusByCode: { readonly [code in ErrorCode]?: number } = {
  SW_USAGE: 400,
  SW_NOT_FOUND: 404,
  SW_NOT_NOW: 409,
  SW_UNREACHABLE: 503,
  SW_TIMEOUT: 504,
};

export function roleApp(routes: readonly RoleRoute[]): ProductApp {
  const byRoute = new Map(routes);
  return {
    errorReply: (status) => ({ body: { code: 'SW_SERVER_FAILED', message: `status ${status}` } }),
    async handle(exchange) {
      const { status, body } = await replyTo(byRoute, exchange);
      sendJson(exchange, status, body);
    },
  };
}

async function replyTo(routes: ReadonlyMap<string, RoleRoute[1]>, exchange: Exchange): Promise<Reply> {
  const answer = routes.get(`${exchange.method} ${exchange.path.replace(/\/+$/, '')}`);
  if (!answer) return failure('SW_NOT_FOUND', `there is no ${exchange.method} ${exchange.path}`);
  const body = await readBody(exchange);
  try {
    return await answer({ body: parsed(body) });
  } catch (error) {
    if (error instanceof z.ZodError) return failure('SW_USAGE', z.prettifyError(error));
    const { code, message } = toErrorData(error);
    return failure(code, message);
  }
}

const failure = (code: ErrorCode, message: string): Reply => ({
  status: statusByCode[code] ?? 500,
  body: { code, message },
});

/** What is no JSON is left to the schema of the route to refuse. */
function parsed(body: Buffer | null): unknown {
  try {
    return JSON.parse(body?.toString('utf8') ?? '');
  } catch {
    return undefined;
  }
}
