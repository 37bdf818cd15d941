/** What commands ask of a running supervisor: every answer is parsed, every refusal has its code and its exit code. */
import { hostname, userInfo } from 'node:os';
import { request } from 'undici';
import { z } from 'zod';
import { CodedError, type ErrorCode, errorTable } from '../core/errors.ts';
import { problemSchema } from '../http/api.ts';

/** Longest wait for an answer, milliseconds; a stream may take as long as it comes. */
const answerMsMax = 15_000;

const acceptedSchema = z.object({ accepted: z.literal(true), task: z.string().optional() });

export interface Client {
  /** Reads `/api/v1/<path>`. */
  get<T>(path: string, schema: z.ZodType<T>): Promise<T>;
  /** Reads `/api/v1/<path>` as it is written there. */
  text(path: string): Promise<string>;
  /** Asks for something; answers the id of the task that was made of it, if any. */
  post(path: string, body?: object): Promise<string | null>;
  delete(path: string): Promise<void>;
  /** The JSON lines of a stream, as they come. */
  lines<T>(path: string, schema: z.ZodType<T>): AsyncGenerator<T>;
}

/**
 * A client of the supervisor at an address. Its calls throw CodedError: `SW_UNREACHABLE` when nobody answers,
 * `SW_REPLY_UNEXPECTED` when it is no supervisor of this version, and whatever the supervisor refuses with.
 */
export function createClient(url: string): Client {
  const doing = `asking the supervisor at ${url}`;
  const send = async (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object, isStream = false) => {
    try {
      const answer = await request(new URL(`/api/v1/${path}`, url), {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
        ...(isStream ? { headersTimeout: 0, bodyTimeout: 0 } : { signal: AbortSignal.timeout(answerMsMax) }),
      });
      if (answer.statusCode < 400) return answer;
      throw refusal(doing, await answer.body.text());
    } catch (cause) {
      if (cause instanceof CodedError) throw cause;
      const found = cause instanceof Error ? cause.message || cause.name : String(cause);
      const todo = 'Start it with syncwarden run, or name its address with --url';
      throw new CodedError('SW_UNREACHABLE', { doing, expected: 'a running supervisor', found, todo, cause });
    }
  };
  const read = async <T>(method: 'GET' | 'POST' | 'DELETE', path: string, schema: z.ZodType<T>, body?: object) => {
    const answer = await send(method, path, body);
    return parse(doing, schema, await answer.body.text());
  };
  return {
    get: (path, schema) => read('GET', path, schema),
    text: async (path) => await (await send('GET', path)).body.text(),
    post: async (path, body = {}) => (await read('POST', path, acceptedSchema, body)).task ?? null,
    delete: async (path) => void (await read('DELETE', path, acceptedSchema)),
    async *lines(path, schema) {
      const { body } = await send('GET', path, undefined, true);
      let rest = '';
      for await (const chunk of body.setEncoding('utf8')) {
        const texts = (rest + chunk).split('\n');
        rest = texts.pop() ?? '';
        for (const text of texts) yield parse(doing, schema, text);
      }
    },
  };
}

/** Path of an integration, for {@link Client}. */
export const integrationPath = (id: string) => `integrations/${encodeURIComponent(id)}`;

/** Who runs the command, for the record of what is asked for. */
export function whoAsks(): string {
  try {
    return `${userInfo().username}@${hostname()}`.slice(0, 100);
  } catch {
    return hostname().slice(0, 100) || 'command line'; // a user id without a name, as in a container
  }
}

function parse<T>(doing: string, schema: z.ZodType<T>, text: string): T {
  const parsed = schema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  const todo = 'Check that the address is that of a supervisor of this version';
  const found = text.slice(0, 200);
  throw new CodedError('SW_REPLY_UNEXPECTED', { doing, expected: 'an answer of the API', found, todo });
}

/** What the supervisor refuses with is an error of its own: code and sentence go on as they are. */
function refusal(doing: string, text: string): CodedError {
  const { code, message } = parse(doing, problemSchema, text);
  return CodedError.revive(knownCode(code), message);
}

/** A code that this version knows. */
export function knownCode(code: string): ErrorCode {
  return code in errorTable ? (code as ErrorCode) : 'SW_INTERNAL';
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
