/** Speaks with the endpoint of a webhook during one use: signs each request, and repeats it while that may help. */
import { retryAfterMs } from '../connectors/http/retry-after.ts';
import { signatureHeader, signatureOf } from '../connectors/http/webhook-signature.ts';
import { pause } from '../core/clock.ts';
import type { Deadline } from './deadline.ts';
import type { RemedyEnvironment } from './environment.ts';
import type { RemedyUse } from './remedy.ts';
import { type Answer, exchange, NoAnswer, readConfigured } from './webhook-exchange.ts';
import type { WebhookOptions } from './webhook-options.ts';

export interface Endpoint {
  /**
   * Sends until there is an answer that stands: one that does not ask to come back later. When time does not suffice for
   * another try, the last answer is what there is.
   */
  send(method: 'GET' | 'POST', url: URL, body?: string): Promise<Answer>;
  /** How long the answer asks to be left alone; null where it does not say. */
  retryAfterMs(answer: Answer): number | null;
  pause(ms: number): Promise<void>;
}

interface EndpointParts {
  readonly options: WebhookOptions;
  readonly environment: RemedyEnvironment;
  readonly use: RemedyUse;
  readonly deadline: Deadline;
  readonly ca: string | undefined;
}

/** Too many requests, a gateway without its server, a server without time. Other failures are answers. */
const comeBackLater = new Set([429, 502, 503, 504]);

export function createEndpoint({ options, environment, use, deadline, ca }: EndpointParts): Endpoint {
  const { clock, random } = environment;
  const secret = secretOf(options);
  const common = {
    ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
    'idempotency-key': use.idempotencyKey,
    'syncwarden-fencing-token': String(use.fencingToken),
  };

  const once = (method: 'GET' | 'POST', url: URL, body: string | undefined) => {
    const headers = {
      ...common,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      // Signed for each try: a receiver takes a time that is too old for a recording.
      ...(secret === undefined ? {} : { [signatureHeader]: signatureOf(secret, body ?? '', clock.now()) }),
    };
    return exchange({ method, url, headers, signal: deadline.signal, ca, ...(body === undefined ? {} : { body }) });
  };

  const wait = (ms: number) => pause(clock, ms, deadline.signal);
  const waitAskedFor = ({ headers }: Answer) => {
    const header = headers['retry-after'];
    return retryAfterMs(typeof header === 'string' ? header : undefined, clock.now());
  };

  return {
    async send(method, url, body) {
      for (let tries = 1; ; tries++) {
        let answer: Answer | null = null;
        let problem: NoAnswer | null = null;
        try {
          answer = await once(method, url, body);
        } catch (thrown) {
          // The connection may have broken after the endpoint had begun: the key lets it tell that it has.
          if (!(thrown instanceof NoAnswer) || thrown.isFinal) throw thrown;
          problem = thrown;
        }
        if (answer !== null && !comeBackLater.has(answer.status)) return answer;
        const waitMs = Math.max(backoffMs(options, tries, random), (answer && waitAskedFor(answer)) ?? 0);
        if (waitMs >= deadline.leftMs()) {
          if (answer !== null) return answer;
          throw new Error(`no answer in ${tries} ${tries === 1 ? 'try' : 'tries'}: ${problem?.message}`, {
            cause: problem,
          });
        }
        await wait(waitMs);
      }
    },
    retryAfterMs: waitAskedFor,
    pause: wait,
  };
}

/** Half of the pause is fixed, so that it is one; the other half spreads those who failed together. */
function backoffMs({ retry }: WebhookOptions, tries: number, random: () => number): number {
  const cap = Math.min(retry.maxMs, retry.initialMs * 2 ** (tries - 1));
  return cap / 2 + (cap / 2) * random();
}

function secretOf({ secret, secretFile }: WebhookOptions): string | undefined {
  if (secretFile === undefined) return secret;
  const isGood = (text: string) => text.trim().length >= 16;
  return readConfigured(secretFile, 'secretFile', 'a secret of at least 16 characters', isGood).trim();
}
