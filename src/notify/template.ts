/** Templates of messages: text with `{{placeholders}}` of a fixed vocabulary, checked when the configuration is read. */
import { z } from 'zod';
import type { Message } from '../../machines/notifications/notice.ts';

/** What every placeholder stands for; `docs/notifications.md` lists them. */
const vocabulary: { readonly [name: string]: (message: Message, link: string) => string } = {
  subject: ({ subject }) => subject,
  text: ({ text }) => text,
  severity: ({ severity }) => severity,
  title: (message) => joined(message, ({ title }) => title),
  integration: (message) => joined(message, ({ integration }) => integration ?? 'all integrations'),
  kind: (message) => joined(message, ({ kind }) => kind) || message.kind,
  reason: (message) => joined(message, ({ reason }) => reason.message),
  reasonCode: (message) => joined(message, ({ reason }) => reason.code),
  next: (message) => joined(message, ({ next }) => next ?? 'Nothing is planned.'),
  incident: (message) => joined(message, ({ incident }) => incident ?? 'none'),
  time: ({ at, notices }) => new Date(notices[0]?.at ?? at).toISOString(),
  count: ({ notices, omitted }) => String(notices.length + omitted),
  id: ({ id }) => id,
  link: (_, link) => link,
};

export const placeholders: readonly string[] = Object.keys(vocabulary);

/** Each value once, in the order of the notices. */
function joined({ notices }: Message, value: (notice: Message['notices'][number]) => string): string {
  return [...new Set(notices.map(value))].join(', ');
}

const pattern = /\{\{\s*([^{}]*?)\s*\}\}/g;

const textSchema = z.string().superRefine((text, context) => {
  for (const [, name = ''] of text.matchAll(pattern))
    if (!Object.hasOwn(vocabulary, name))
      context.addIssue({
        code: 'custom',
        message: `{{${name}}} is no placeholder; there are ${placeholders.join(', ')}`,
      });
});

export const templateSchema = z.strictObject({ subject: textSchema.optional(), body: textSchema.optional() });
export type Template = z.infer<typeof templateSchema>;

/** What happened, why, what happens next and where to look, in that order. */
const bodyDefault = '{{text}}\nWhere to look: {{link}}';
const subjectDefault = 'Syncwarden, {{subject}}';

/** Without an address of the dashboard the default says nothing of it. */
const bodyWithoutLink = '{{text}}';

/** Subject and body of a message; a subject is always one line. */
export function render(template: Template, message: Message, link: string | null): { subject: string; body: string } {
  const body = template.body ?? (link === null ? bodyWithoutLink : bodyDefault);
  const fill = (text: string) =>
    text.replace(pattern, (_, name: string) => vocabulary[name]?.(message, link ?? '') ?? '');
  return { subject: fill(template.subject ?? subjectDefault).replace(/\s*[\r\n]+\s*/g, ' '), body: fill(body) };
}
