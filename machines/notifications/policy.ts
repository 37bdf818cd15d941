/** Which channels there are for notices, and what holds for them. */
import { z } from 'zod';
import { calendarProblem, nextOccurrence } from '../schedule.ts';

const milliseconds = z.number().int().min(1);
const hours = (n: number) => n * 3_600_000;
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as "22:00"');

/** Times of day, or the cron expressions at which silence begins and ends, on the clocks of a time zone. */
export const quietHoursSchema = z
  .union([
    z.strictObject({ from: clockTime, to: clockTime, timeZone: z.string() }),
    z.strictObject({ begin: z.string(), end: z.string(), timeZone: z.string() }),
  ])
  .superRefine((quiet, context) => {
    for (const [edge, cron] of Object.entries(edgesOf(quiet))) {
      const problem = calendarProblem({ cron, timeZone: quiet.timeZone });
      if (problem)
        context.addIssue({
          code: 'custom',
          path: [problem.member === 'cron' ? edge : 'timeZone'],
          message: problem.why,
        });
    }
    const { begin, end } = edgesOf(quiet);
    if (begin === end)
      context.addIssue({ code: 'custom', message: 'begin and end are the same: leave quietHours out' });
  });
export type QuietHours = z.infer<typeof quietHoursSchema>;

function edgesOf(quiet: QuietHours): { readonly begin: string; readonly end: string } {
  if ('begin' in quiet) return quiet;
  const cron = (time: string) => `${Number(time.slice(3))} ${Number(time.slice(0, 2))} * * *`;
  return { begin: cron(quiet.from), end: cron(quiet.to) };
}

/** When the silence ends that lasts at `now`; null when none does: then its next beginning comes before its next end. */
export function quietUntil(quiet: QuietHours | null, now: number): number | null {
  if (quiet === null) return null;
  const { begin, end } = edgesOf(quiet);
  const ends = nextOccurrence({ cron: end, timeZone: quiet.timeZone }, now);
  const begins = nextOccurrence({ cron: begin, timeZone: quiet.timeZone }, now);
  return ends !== null && (begins === null || ends < begins) ? ends : null;
}

/** What a channel is told, as far as the machine decides it; addresses and secrets stay outside. */
export const channelPolicySchema = z.strictObject({
  /** Milder notices are not told; a recovery goes to whoever was told what it ends. */
  severityMin: z.enum(['info', 'warning', 'critical']).default('warning'),
  /** Only these; null for all. What concerns no single integration is always told. */
  integrations: z.array(z.string().min(1)).min(1).nullable().default(null),
  /** Everything below critical waits for their end, and comes as one summary. */
  quietHours: quietHoursSchema.nullable().default(null),
  /** Pause between two signs of life; null for none. */
  heartbeatMs: milliseconds.min(10_000).nullable().default(null),
});

const channelsMax = 32;
export const channelNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'lower case letters, digits and hyphens');

/** What holds for all channels. */
export const deliveryRulesSchema = z.strictObject({
  /** The same integration, kind and reason is not told again within so long, unless it recovered in between. */
  suppressMs: z.number().int().nonnegative().default(hours(1)),
  /** More than `max` notices of a channel within the window come as one message at its end. */
  group: z.strictObject({ max: z.number().int().min(1), windowMs: milliseconds }).default({ max: 5, windowMs: 60_000 }),
  /** Pauses while a receiver fails. What is neither critical nor a recovery is given up after `giveUpAfterMs`. */
  retry: z
    .strictObject({
      initialMs: milliseconds.default(5_000),
      maxMs: milliseconds.default(300_000),
      giveUpAfterMs: milliseconds.default(hours(24)),
    })
    .prefault({}),
  /** Messages of one channel that may wait. */
  outboxMax: z.number().int().min(1).max(1_000).default(100),
  /** A delivery that has not ended by then has failed. */
  deliveryTimeoutMs: milliseconds.min(100).default(60_000),
});

export const notificationPolicySchema = z.strictObject({
  channels: z
    .record(channelNameSchema, channelPolicySchema)
    .refine((channels) => Object.keys(channels).length <= channelsMax, `at most ${channelsMax} channels`),
  ...deliveryRulesSchema.shape,
});
export type NotificationPolicy = z.infer<typeof notificationPolicySchema>;
