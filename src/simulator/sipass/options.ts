/** The options of the SiPass simulator, checked where they come in. */
import { z } from 'zod';
import { profileIds } from './profile.ts';

export const sipassOptionsSchema = z.strictObject({
  /** Address to listen on; the back door has no authentication, so keep to loopback. */
  host: z.string().min(1).default('127.0.0.1'),
  /** Port of the HR API; 0 takes a free one. 8745 was seen at one site. */
  port: z.int().min(0).max(65_535).default(8745),
  /** Port of the back door; 0 takes a free one. */
  adminPort: z.int().min(0).max(65_535).default(8746),
  cardholders: z.int().min(0).max(1_000_000).default(200),
  seed: z.int().default(1),
  profile: z.enum(profileIds).default('mp28x'),
  username: z.string().min(1).default('syncwarden'),
  password: z.string().min(1).default('syncwarden'),
  /** Seconds without a call after which a session is dead. 360 is what one client assumes. */
  sessionTimeoutS: z.int().min(1).max(86_400).default(360),
  /** Refuses a second client of the same operator with 910. */
  singleSession: z.boolean().default(false),
  /** Whether a login of a client that has a session replaces that session, or counts as a second one. */
  sameClient: z.enum(['replaces', 'counts']).default('replaces'),
  /** How many sessions may live at once; one more gets 912. */
  licences: z.int().min(0).default(5),
  /** Overrides the profile. */
  endIndex: z.enum(['inclusive', 'exclusive']).optional(),
  /** Overrides the profile. */
  badLogin: z.enum(['error', 'empty-token']).optional(),
  /** Overrides the profile. */
  version: z.string().min(1).max(60).optional(),
  /** The largest window of cardholders that is answered at once; a wider one is cut without a word. */
  windowMax: z.int().min(1).default(10_000),
  /** What a list of cardholders says about its length. */
  totals: z.enum(['exact', 'unknown', 'absent']).default('exact'),
  /** How many of the newest events the feed gives; a bookmark before them is not known any more. */
  eventsKept: z.int().min(0).max(1_000_000).default(10_000),
  /** How many of the newest events the history gives. */
  eventsArchived: z.int().min(0).max(1_000_000).default(100_000),
  /** Offset of the server's local time, in which dates without an offset are read and all dates are written. */
  utcOffset: z
    .string()
    .regex(/^[+-]\d\d:\d\d$/, 'an offset such as +01:00')
    .default('+00:00'),
});

export type SipassOptions = z.output<typeof sipassOptionsSchema>;
export type SipassOptionsInput = z.input<typeof sipassOptionsSchema>;
