/** One HTTP exchange with a remedy's endpoint: no redirect is followed, and no more than a bounded answer is read. */
import { readFileSync } from 'node:fs';
import { Client } from 'undici';
import { isUntrusted } from '../connectors/http/transport-failure.ts';
import { CodedError } from '../core/errors.ts';

export interface ExchangeRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: { readonly [name: string]: string };
  readonly body?: string;
  readonly signal: AbortSignal;
  /** PEM text of the authority that replaces those of the system. */
  readonly ca: string | undefined;
}

export interface Answer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly text: string;
}

/** An exchange that came to no answer; `isFinal` when another try cannot go better. */
export class NoAnswer extends Error {
  readonly isFinal: boolean;
  constructor(message: string, isFinal: boolean, cause: unknown) {
    super(message, { cause });
    this.name = 'NoAnswer';
    this.isFinal = isFinal;
  }
}

/** Longest answer that is read; the rest is not waited for. */
const answerBytesMax = 64 * 1024;
const connectMsMax = 10_000;

/** @throws NoAnswer, or whatever the signal aborts with */
export async function exchange({ method, url, headers, body, signal, ca }: ExchangeRequest): Promise<Answer> {
  // A connection of its own: between two remedies lie hours, and whatever kept one open may have been restarted.
  const client = new Client(url.origin, {
    connect: { timeout: connectMsMax, rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) },
    // The signal is the deadline.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  try {
    const path = `${url.pathname}${url.search}`;
    const answer = await client.request({ method, path, headers: { ...headers }, body: body ?? null, signal });
    return { status: answer.statusCode, headers: answer.headers, text: await readBeginning(answer.body) };
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    throw noAnswer(cause);
  } finally {
    await client.destroy();
  }
}

async function readBeginning(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= answerBytesMax) break;
  }
  return Buffer.concat(chunks).subarray(0, answerBytesMax).toString();
}

function noAnswer(cause: unknown): NoAnswer {
  const first = cause instanceof AggregateError ? cause.errors[0] : cause;
  const code = first instanceof Error && 'code' in first ? String(first.code) : '';
  const said = first instanceof Error ? first.message : String(first);
  if (isUntrusted(code)) return new NoAnswer(`${code}: its certificate is not trusted; set caFile`, true, cause);
  const isOther = code.startsWith('HPE_') || code === 'EPROTO' || code.startsWith('ERR_SSL');
  if (isOther) return new NoAnswer(`${code}: it speaks something else there; check scheme and port`, true, cause);
  return new NoAnswer(said === '' ? code : said, false, cause);
}

/** Reads a file that the configuration names. Its content stands in no message. */
export function readConfigured(
  file: string,
  option: string,
  expected: string,
  isGood: (text: string) => boolean,
): string {
  const doing = `reading the file ${file} of a webhook`;
  const todo = `Correct ${option} in the configuration, or make the file readable`;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new CodedError('SW_CONFIG_UNREADABLE', { doing, expected, found, todo, cause });
  }
  if (isGood(text)) return text;
  throw new CodedError('SW_CONFIG_UNREADABLE', { doing, expected, found: 'something else', todo });
}
