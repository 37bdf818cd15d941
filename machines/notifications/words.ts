/** The words of a message: its subject and text, in sentences. */
import { type Notice, severityOf } from './notice.ts';

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
