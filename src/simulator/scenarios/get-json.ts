/** Reads what the supervisor's API answers, without waiting for it for ever. */
import { request } from 'undici';

const answerMsMax = 5_000;

export async function getJson(url: string): Promise<unknown> {
  const answer = await request(url, { signal: AbortSignal.timeout(answerMsMax) });
  return answer.body.json();
}
