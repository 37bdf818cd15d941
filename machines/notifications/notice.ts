/** Notices: what a person may have to know, which channels there are for it, and the words of a message. */
import { z } from 'zod';
import { calendarProblem, nextOccurrence } from '../schedule.ts';

/** Epoch milliseconds. */
const at = z.number().int();

export const noticeKindSchema = z.enum([
  'incident-opened',
  'reason-changed',
  'quarantined',
  'approval-needed',
  'step-needed',
  'remedy-hangs',
  'storm',
  'recovered',
  'storm-over',
]);

export const noticeSchema = z.strictObject({
  /** One for each fact: raised again under the same id, it is the same notice. */
  id: z.string().min(1).max(200),
  at,
  /** Null for what concerns all of them. */
  integration: z.string().min(1).max(64).nullable(),
  kind: noticeKindSchema,
  severity: z.enum(['info', 'warning', 'critical', 'resolved']),
  /** What happened, a sentence. */
  title: z.string().min(1).max(300),
  reason: z.object({ code: z.string().min(1).max(100), message: z.string().max(2_000) }),
  incident: z.string().min(1).max(100).nullable(),
  /** What happens next and when, a sentence. */
  next: z.string().max(500).nullable(),
});
export type Notice = z.infer<typeof noticeSchema>;
export type Severity = Notice['severity'];

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

export const isRecovery = ({ kind, severity }: Notice): boolean =>
  severity === 'resolved' || kind === 'recovered' || kind === 'storm-over';

/** What a notice is about: bad news of a subject are ended by its recovery. */
export const subjectOf = ({ integration, kind }: Notice): string => integration ?? (isOfStorm(kind) ? '*storm' : '*');

/** Whether it tells of a storm itself, not of what happens in it. */
export const isOfStorm = (kind: Notice['kind']): boolean => kind === 'storm' || kind === 'storm-over';

/** What must not be told twice in a row. */
export const topicOf = ({ kind, reason }: Notice): string => `${kind} ${reason.code}`;

/** The name under which a receiver keeps what belongs together: one for each incident. */
export const dedupKeyOf = ({ integration, incident, kind }: Notice): string =>
  `${integration ?? 'all'}/${incident ?? kind}`;

/** What is handed to a channel in one piece. */
export interface Message {
  /** The same for every try, so that a receiver can tell a repetition. */
  readonly id: string;
  readonly kind: 'notice' | 'group' | 'heartbeat' | 'test';
  /** Of what is still bad in it; `resolved` when nothing is. */
  readonly severity: Severity;
  readonly subject: string;
  readonly text: string;
  readonly dedupKey: string;
  /** Keys of earlier messages that it ends. */
  readonly resolves: readonly string[];
  readonly notices: readonly Notice[];
  /** Notices that are not in it because there were too many. */
  readonly omitted: number;
  /** When it was put together, epoch milliseconds. */
  readonly at: number;
}

const ranks: { readonly [severity in Severity]: number } = { resolved: 0, info: 1, warning: 2, critical: 3 };

/** Whether the first is as serious as the second, or more. */
export const isAtLeast = (severity: Severity, floor: Severity): boolean => ranks[severity] >= ranks[floor];

/** The worst of what is not over at the end of these notices. */
export function severityOf(notices: readonly Notice[]): Severity {
  const open = new Map<string, Severity>();
  for (const notice of notices) {
    const before = open.get(subjectOf(notice)) ?? 'resolved';
    if (isRecovery(notice)) open.delete(subjectOf(notice));
    else open.set(subjectOf(notice), isAtLeast(before, notice.severity) ? before : notice.severity);
  }
  return [...open.values()].reduce<Severity>((worst, one) => (isAtLeast(worst, one) ? worst : one), 'resolved');
}

/** Most notices that are written out in the text of one message; all are in its data. */
const linesMax = 50;

/** Subject and text of these notices, in sentences. */
export function wordsOf(notices: readonly Notice[], omitted: number): { subject: string; text: string } {
  const [first] = notices;
  if (first !== undefined && notices.length === 1 && omitted === 0)
    return { subject: `${first.severity}: ${titled(first)}`, text: sentencesOf(first).join('\n') };
  const names = [...new Set(notices.map(({ integration }) => integration ?? 'all integrations'))];
  const count = notices.length + omitted;
  const left = count - Math.min(notices.length, linesMax);
  return {
    subject:
      names.length === 1
        ? subjectOfOne(notices, count)
        : `${severityOf(notices)}: ${count} notices about ${shortened(names)}`,
    text: [
      `${count} notices came together. They are about ${names.join(', ')}.`,
      ...notices.slice(-linesMax).map((notice) => `- ${timeWords(notice.at)} ${notice.severity}: ${lineOf(notice)}`),
      ...(left > 0 ? [`- and ${left} more.`] : []),
    ].join('\n'),
  };
}

/** Of one integration the newest of the worst, or the recovery, is what to know first. */
function subjectOfOne(notices: readonly Notice[], count: number): string {
  const severity = severityOf(notices);
  const first = notices.findLast((notice) => notice.severity === severity) ?? notices.at(-1);
  return `${severity}: ${first === undefined ? '' : titled(first)} (and ${count - 1} more)`;
}

const timeWords = (time: number) => new Date(time).toISOString();
const titled = ({ integration, title }: Notice) => (integration === null ? title : `${integration}: ${title}`);
/** A line of a list is for a glance. */
const lineMax = 400;
const lineOf = (notice: Notice) =>
  [titled(notice), notice.reason.message, notice.next ?? ''].filter(Boolean).join(' ').slice(0, lineMax);
const shortened = (names: readonly string[]) =>
  names.length <= 5 ? names.join(', ') : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;

function sentencesOf(notice: Notice): readonly string[] {
  return [
    titled(notice),
    `Why: ${notice.reason.message} (${notice.reason.code})`,
    `What happens next: ${notice.next ?? 'Nothing is planned.'}`,
    `When: ${timeWords(notice.at)}${notice.incident === null ? '' : `, ${notice.incident}`}`,
  ];
}
