/**
 * What role and proxy say to each other: JSON, one message a line, over TCP. The real protocol on that port is not
 * public; nothing of this one is taken from it but the port and that a lost connection loses what was under way.
 */
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { entityTypeSchema, sourceEntitySchema } from './source-entity.ts';

/** The role asks; each question has a number of its own. */
export const questionSchema = z.discriminatedUnion('ask', [
  /** Names the role, and begins to hear of changes. */
  z.object({ id: z.int(), ask: z.literal('hello'), role: z.string() }),
  /** Holds what is in the cache for this connection; `anew` reads SiPass into the cache before. */
  z.object({ id: z.int(), ask: z.literal('hold'), anew: z.boolean() }),
  /** Gives a part of what is held. */
  z.object({
    id: z.int(),
    ask: z.literal('read'),
    type: entityTypeSchema,
    from: z.int().min(0),
    count: z.int().min(1).max(1_000),
  }),
]);
export type Question = z.output<typeof questionSchema>;

export const countsSchema = z.record(z.string(), z.number());
export const entitiesSchema = z.array(sourceEntitySchema);

/** The proxy answers, or tells what nobody has asked for. */
export const messageSchema = z.union([
  z.object({ id: z.int(), answer: z.unknown() }),
  z.object({ id: z.int(), error: z.string() }),
  /** The proxy was started, and has filled its cache: everything is to be synchronized. */
  z.object({ tell: z.literal('full'), why: z.enum(['first-connection', 'proxy-restart']) }),
  z.object({
    tell: z.literal('changes'),
    changes: z.array(z.object({ type: entityTypeSchema, key: z.string(), entity: sourceEntitySchema.nullable() })),
  }),
  /** Whether the proxy reaches SiPass. */
  z.object({ tell: z.literal('sipass'), connected: z.boolean() }),
]);
export type Message = z.output<typeof messageSchema>;

export function sendLine(socket: Socket, message: Question | Message): void {
  if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
}

/** Calls back for each message; a line that is none ends the connection, as a port scanner's would. */
export function onLines<T>(socket: Socket, schema: z.ZodType<T>, receive: (message: T) => void): void {
  // Without a listener an everyday reset would end the process.
  socket.on('error', () => {});
  createInterface(socket)
    // It repeats the errors of its input; the socket's own listener has heard them.
    .on('error', () => {})
    .on('line', (line) => {
      const message = schema.safeParse(parsed(line));
      if (message.success) receive(message.data);
      else socket.destroy();
    });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
