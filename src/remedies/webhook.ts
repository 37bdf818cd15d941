/** A remedy that asks somebody else's HTTP endpoint to do it, and can ask whether it was done. */
import { z } from 'zod';
import { readAuthority } from '../connectors/http/certificate-authority.ts';
import { CodedError } from '../core/errors.ts';
import { openDeadline } from './deadline.ts';
import type { RemedyEnvironment } from './environment.ts';
import { type Redactor, redactorFor } from './redact.ts';
import type { Remedy, RemedyUse } from './remedy.ts';
import { hasStartedSince } from './start-time.ts';
import { createEndpoint, type Endpoint } from './webhook-endpoint.ts';
import type { Answer } from './webhook-exchange.ts';
import type { WebhookOptions } from './webhook-options.ts';

const statusSchema = z.looseObject({ startedAt: z.number() });
const refusalSchema = z.looseObject({ code: z.string() });
const progressSchema = z.looseObject({ status: z.enum(['running', 'done', 'failed']), message: z.string().optional() });

/** Pause between two looks at what an endpoint has promised, where it does not say `Retry-After`. */
const pollEveryMs = 2_000;
const saidCharactersMax = 500;

/** @throws CodedError SW_CONFIG_UNREADABLE when the authority cannot be read */
export function createWebhookRemedy(options: WebhookOptions, environment: RemedyEnvironment): Remedy {
  const ca = readAuthority(options.caFile);
  const redact = redactorFor([
    ['token', options.token ?? ''],
    ['secret', options.secret ?? ''],
  ]);
  const { url, statusUrl, timeoutMs } = options;

  const within = async <T>(use: RemedyUse, work: (endpoint: Endpoint) => Promise<T>): Promise<T> => {
    const deadline = openDeadline(environment.clock, timeoutMs, use.signal);
    try {
      return await work(createEndpoint({ options, environment, use, deadline, ca }));
    } catch (thrown) {
      if (use.signal.aborted) throw use.signal.reason;
      if (thrown instanceof CodedError) throw thrown;
      const found = thrown instanceof Error ? thrown.message : String(thrown);
      throw failedAt(url, redact(found), thrown);
    } finally {
      deadline.close();
    }
  };

  return {
    act: (use) =>
      within(use, async (endpoint) => {
        const first = await endpoint.send('POST', new URL(url), bodyOf(use));
        const last = first.status === 202 ? await poll(endpoint, first, url) : first;
        return judge(last, url, redact);
      }),
    async wasDone(use) {
      if (statusUrl === undefined) return null;
      const { status, text } = await within(use, (endpoint) => endpoint.send('GET', new URL(statusUrl)));
      const read = status === 200 ? statusSchema.safeParse(parseJson(text)) : null;
      if (!read?.success) return null;
      const since = { startedAt: use.startedAt, toleranceMs: options.clockToleranceMs, now: environment.clock.now() };
      return hasStartedSince({ at: read.data.startedAt, resolutionMs: 1 }, since);
    },
  };
}

function bodyOf({ integration, rung, idempotencyKey, fencingToken }: RemedyUse): string {
  return JSON.stringify({ integration, rung, idempotencyKey, fencingToken });
}

/** Looks where the endpoint has pointed to until it is done. Without a place to look, 202 is all there is: done. */
async function poll(endpoint: Endpoint, first: Answer, url: string): Promise<Answer> {
  const { location } = first.headers;
  if (typeof location !== 'string') return first;
  const place = URL.canParse(location, url) ? new URL(location, url) : null;
  // A token and a signature go along: they are for the configured endpoint alone.
  if (place === null || place.origin !== new URL(url).origin)
    throw failedAt(url, 'status 202 with a location that is not on the same server');
  for (let answer = first; ; ) {
    await endpoint.pause(endpoint.retryAfterMs(answer) ?? pollEveryMs);
    answer = await endpoint.send('GET', place);
    const { data } = progressSchema.safeParse(parseJson(answer.text));
    if (answer.status !== 202 && data?.status !== 'running') return answer;
  }
}

function judge({ status, text }: Answer, url: string, redact: Redactor): string {
  const said = redact(text.trim()).slice(0, saidCharactersMax);
  const json = parseJson(text);
  if (status === 409 && refusalSchema.safeParse(json).data?.code === 'stale-token') {
    throw new CodedError('SW_FENCED', {
      doing: `calling the remedy endpoint ${new URL(url).origin}`,
      expected: 'that no newer owner has been there',
      found: 'status 409: it has seen a higher fencing token',
      todo: 'Find out which other supervisor has taken over, and stop this one',
    });
  }
  const progress = progressSchema.safeParse(json).data;
  if (status < 200 || status >= 300) {
    const hint = status >= 300 && status < 400 ? ' (redirects are not followed)' : '';
    throw failedAt(url, `status ${status}${hint}${said === '' ? '' : `: ${said}`}`);
  }
  if (progress?.status === 'failed') throw failedAt(url, `that it has failed: ${said}`);
  return `The endpoint answered ${status}.${said === '' ? '' : ` It said: ${said}`}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function failedAt(url: string, found: string, cause?: unknown): CodedError {
  return new CodedError('SW_REMEDY_FAILED', {
    doing: `calling the remedy endpoint ${new URL(url).origin}`,
    expected: 'an answer of 2xx',
    found,
    todo: 'Check the endpoint and its log',
    cause,
  });
}
