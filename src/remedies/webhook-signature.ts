/**
 * Signs what a webhook sends, so that the receiver knows who sent it and when.
 *
 * The header is `t=<seconds since the epoch>,v1=<hex>`, where the hex is HMAC-SHA256 over `<t>.<body>` with the shared
 * secret. The time is signed as well: a receiver that refuses old ones cannot be made to act by a recorded request.
 */
import { createHmac } from 'node:crypto';

export const signatureHeader = 'syncwarden-signature';

export function sign(secret: string, nowMs: number, body: string): string {
  const t = Math.floor(nowMs / 1_000);
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`;
}
