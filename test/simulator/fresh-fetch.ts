/** `fetch` with a new connection for each call: a kept one may be the very socket that the test has just had closed. */
import { Agent, fetch, type RequestInit, type Response } from 'undici';

// Without pipelining undici keeps no connection open.
const dispatcher = new Agent({ pipelining: 0 });

export const freshFetch = (url: string, init: RequestInit = {}): Promise<Response> =>
  fetch(url, { ...init, dispatcher });
