/** What the routes of the HR API share: the shape of a handler, and reading what a request carries. */
import type { Json } from '../../core/json.ts';
import { type Exchange, readBody } from '../exchange.ts';
import type { SipassFaultBox } from './domain-faults.ts';
import type { Sessions } from './sessions.ts';
import { SipassError } from './sipass-error.ts';
import type { SipassWorld } from './world.ts';

export interface Reply {
  readonly status: number;
  readonly body: Json;
}

/** A handler gets the part of the path after the resource, and the token of a live session. */
export type Handler = (exchange: Exchange, key: string, session: string) => Reply | Promise<Reply>;

/** What the routes work on. */
export interface HrApiParts {
  readonly world: SipassWorld;
  readonly sessions: Sessions;
  readonly faults: SipassFaultBox;
}

/** Method and lower-case pattern, for example `GET cardholders/{token}`, with its handler. */
export type Route = readonly [string, Handler];

/** The body as text. @throws SipassError 909 when it is too long */
export async function bodyText(exchange: Exchange): Promise<string> {
  const body = await readBody(exchange);
  if (body === null) throw new SipassError(909, 'the body is too long');
  return body.toString('utf8');
}

/** A request header by its lower-case name; empty when it is absent. */
export const header = (exchange: Exchange, name: string) => String(exchange.request.headers[name] ?? '').trim();
