/** How a webhook is configured. */
import { z } from 'zod';
import { componentSchema } from './component-name.ts';
import { clockToleranceSchema } from './start-time.ts';

const urlSchema = z
  .url({ protocol: /^https?$/, error: 'an http or https address' })
  .refine((url) => new URL(url).username === '' && new URL(url).password === '', {
    message: 'must hold no user and no password: use token or secret',
  });

/** Shorter ones can be tried out. */
const secretSchema = z.string().min(16, 'at least 16 characters').max(1_024);

export const webhookOptionsSchema = z
  .strictObject({
    kind: z.literal('webhook'),
    component: componentSchema.optional(),
    /** Receives a POST with the integration, the rung and the keys as JSON, and answers 2xx when it is done. */
    url: urlSchema,
    /** Answers GET with `{ "startedAt": <epoch ms> }` of the component: what tells whether a restart has happened. */
    statusUrl: urlSchema.optional(),
    /** Sent as a bearer token, and over https or to this machine only. */
    token: z.string().min(1).optional(),
    /** Signs every request. */
    secret: secretSchema.optional(),
    /** Holds the secret instead; read anew for each use, so that it can be replaced without a restart. */
    secretFile: z.string().min(1).optional(),
    /** PEM file of the authority that signed the certificate of the endpoint. */
    caFile: z.string().min(1).optional(),
    /** Pause before another try: doubles from the first to the longest, and is drawn anew below that each time. */
    retry: z
      .strictObject({
        initialMs: z.number().int().min(10).max(60_000).default(500),
        maxMs: z.number().int().min(10).max(600_000).default(15_000),
      })
      .prefault({}),
    clockToleranceMs: clockToleranceSchema.default(0),
    /** For all tries, and for the polling of an answer that is still to come. */
    timeoutMs: z.number().int().min(100).max(3_600_000).default(60_000),
  })
  .refine(({ secret, secretFile }) => secret === undefined || secretFile === undefined, {
    path: ['secretFile'],
    message: 'does not go with secret: give one of them',
  })
  .refine(({ token, url, statusUrl }) => token === undefined || [url, statusUrl].every(isPrivate), {
    path: ['token'],
    message: 'would be readable on its way: use https, or secret, which is never sent',
  });
export type WebhookOptions = z.infer<typeof webhookOptionsSchema>;

function isPrivate(url: string | undefined): boolean {
  if (url === undefined || !URL.canParse(url)) return true;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
}
