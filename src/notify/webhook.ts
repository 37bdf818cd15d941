/** The webhook: the message as JSON, with a key to do it once and a signature to know the sender by. */
import { signatureHeader, signatureOf } from '../connectors/http/webhook-signature.ts';
import type { ChannelOf } from './channel.ts';
import { createPost } from './http-post.ts';
import type { Letter, Send, SenderOptions } from './sender.ts';

export function createWebhookSender(channel: ChannelOf<'webhook'>, { clock, identity }: SenderOptions): Send {
  const post = createPost(channel, clock);
  return (letter, signal) => {
    const body = bodyOf(letter, identity.source);
    const { secret } = channel;
    const signed = secret === undefined ? {} : { [signatureHeader]: signatureOf(secret, body, clock.now()) };
    return post({ headers: { ...channel.headers, 'idempotency-key': letter.id, ...signed }, body, signal });
  };
}

/** The same text for every try: a receiver may compare. */
function bodyOf({ id, message, subject, body, link }: Letter, source: string): string {
  const { kind, severity, dedupKey, resolves, notices, omitted, at } = message;
  const head = { id, source, at, kind, severity, subject, text: body, link };
  return JSON.stringify({ ...head, dedupKey, resolves, notices, omitted });
}
