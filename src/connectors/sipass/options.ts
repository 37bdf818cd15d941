/** What a configuration file says about a SiPass server. */
import { z } from 'zod';
import { profileNames } from './profile.ts';

/** Options of the SiPass source. Unknown members are refused. */
export const sipassOptionsSchema = z.strictObject({
  /**
   * Address of the HR API or of the proxy before it, for example `https://sipass.example:8745`; the path `/api/V1/hr` is
   * added. 8745 was seen at one site; whether it is the default of the vendor is not known.
   */
  url: z
    .url({ protocol: /^https?$/ })
    .refine((url) => !/[?#]/.test(url), 'an address without query and fragment')
    .transform((url) => url.replace(/\/+$/, '').replace(/\/api\/v1\/hr$/i, '')),
  /** An operator of its own, with the privilege to view what is to be synchronized and a time schedule of "Always". */
  username: z.string().min(1).max(256),
  password: z.string().max(1024),
  /** Names this client to the server, on every call. Default `syncwarden`. */
  clientUniqueId: z
    .string()
    .regex(/^[\x21-\x7e]{1,100}$/, 'visible ASCII characters, 100 at most')
    .default('syncwarden'),
  /** Language of the server's messages. Default `English`. */
  language: z
    .string()
    .regex(/^[A-Za-z -]{1,40}$/, 'the name of a language')
    .default('English'),
  /** Generation of the server: what its status numbers mean. `mp270` up to MP2.75, `mp28x` from 2020 on. */
  profile: z.enum(profileNames),
  /** PEM file with the authority that signed the server's certificate, usually the SiPass Root CA of the site. */
  caFile: z.string().min(1).optional(),
  /**
   * Field by which the server sorts the list of cardholders while it is walked. Default `LastName`, the most stable of
   * those that a server was seen to accept.
   */
  sortField: z
    .string()
    .regex(/^[A-Za-z]{1,60}$/, 'the name of a field')
    .default('LastName'),
  /** Rows per page of a walk, 10 to 10,000. Default 100. */
  pageSize: z.number().int().min(10).max(10_000).default(100),
  /** Most requests in flight at once, 1 to 8; fewer while the server is overrun. Default 2. */
  concurrency: z.number().int().min(1).max(8).default(2),
  /** How long a request may take once it is sent, milliseconds. Default 30 s. */
  timeoutMs: z.number().int().min(100).max(600_000).default(30_000),
  /**
   * Longest pause that the server may ask for with `Retry-After`, milliseconds; 0 grants none. Default 10 s: a pause
   * also keeps probes waiting, and a plugin that does not answer them for 20 s counts as silent.
   */
  retryAfterMsMax: z.number().int().min(0).max(600_000).default(10_000),
  /**
   * How long credentials that were refused are not offered again, milliseconds: an operator who fails too often is
   * locked out. Default 5 min.
   */
  refusedPauseMs: z.number().int().min(0).max(86_400_000).default(300_000),
  /**
   * Offset from UTC, in minutes, of dates that the server sends without one. Default 0. An assumption: no document at
   * hand says in which zone such dates are.
   */
  timeZoneOffsetMinutes: z.number().int().min(-840).max(840).default(0),
});

/** As written in a configuration: defaults may be left out. */
export type SipassOptions = z.input<typeof sipassOptionsSchema>;

/** As used: defaults filled in. */
export type SipassSettings = z.output<typeof sipassOptionsSchema>;
