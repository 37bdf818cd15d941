/** What a configuration file says about a Security Center. */
import { z } from 'zod';

/** Options of the Security Center target. Unknown members are refused. */
export const securityCenterOptionsSchema = z.strictObject({
  /** Base URI of the Web-based SDK role, for example `https://directory.example:4590/WebSdk`. */
  url: z
    .url({ protocol: /^https?$/ })
    .refine((url) => !/[?#]/.test(url), 'a base URI without query and fragment')
    .transform((url) => url.replace(/\/+$/, '')),
  /** A local Security Center user with the privilege to log on using the SDK. Active Directory users are refused. */
  username: z
    .string()
    .min(1)
    .max(256)
    .regex(/^[^;:]*$/, 'no ";" and no ":"'),
  password: z.string().max(1024),
  /** Application id of the SDK certificate of the integration. */
  applicationId: z
    .string()
    .min(1)
    .max(256)
    .regex(/^[^:]*$/, 'no ":"'),
  /** PEM file with the authority that signed the role's certificate. Default: the authorities of the system. */
  caFile: z.string().min(1).optional(),
  /** Rows per page of a search, 1 to 10,000. Default 1,000. */
  pageSize: z.number().int().min(1).max(10_000).default(1_000),
  /**
   * Most requests in flight at once, 1 to 16; fewer while the role is overrun. Default 2: each may hold a licensed
   * connection.
   */
  concurrency: z.number().int().min(1).max(16).default(2),
  /** How long a request may take once it is sent, milliseconds. Default 30 s. */
  timeoutMs: z.number().int().min(100).max(600_000).default(30_000),
  /** How long the first request of a session may take, milliseconds: the role logs on to the Directory. Default 90 s. */
  firstCallTimeoutMs: z.number().int().min(100).max(600_000).default(90_000),
  /**
   * Longest pause that the role may ask for with `Retry-After`, milliseconds; 0 grants none. Default 10 s: a pause also
   * keeps probes waiting, and a plugin that does not answer them for 20 s counts as silent.
   */
  retryAfterMsMax: z.number().int().min(0).max(600_000).default(10_000),
});

/** As written in a configuration: defaults may be left out. */
export type SecurityCenterOptions = z.input<typeof securityCenterOptionsSchema>;

/** As used: defaults filled in. */
export type SecurityCenterSettings = z.output<typeof securityCenterOptionsSchema>;
