/** Notices, what a person may have to know, and messages, which carry them to a channel. */
import { z } from 'zod';

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
