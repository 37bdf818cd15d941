/**
 * The signature of what a webhook sends: whoever shares the secret can tell who wrote it. The time is signed as well, so that
 * a recorded message is told from a new one.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

export const signatureHeader = 'syncwarden-signature';

/** `t=<epoch seconds>,v1=<HMAC-SHA-256 in hexadecimal of "<t>.<body>">`. */
export function signatureOf(secret: string, body: string, atMs: number): string {
  const t = Math.floor(atMs / 1_000);
  return `t=${t},v1=${digestOf(secret, t, body)}`;
}

const digestOf = (secret: string, t: number, body: string) =>
  createHmac('sha256', secret).update(`${t}.${body}`).digest('hex');

/** Whether a header was made by {@link signatureOf} with that secret for that body, no longer ago than `ageMsMax`. */
export function isSignedBy(
  header: string,
  { secret, body, nowMs, ageMsMax = 300_000 }: { secret: string; body: string; nowMs: number; ageMsMax?: number },
): boolean {
  const [, t, given] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header) ?? [];
  if (t === undefined || given === undefined || Math.abs(nowMs - Number(t) * 1_000) > ageMsMax) return false;
  return timingSafeEqual(Buffer.from(given), Buffer.from(digestOf(secret, Number(t), body)));
}
