/** What carrying out a request came to, whatever format it is answered in. */
import type { Json } from '../../core/json.ts';
import type { Refusal } from './refusal.ts';

/** A `Fail` comes with HTTP 200, too. */
export type Outcome =
  | { readonly status: 'Ok' | 'TooManyResults'; readonly result: Json }
  | { readonly status: 'Fail'; readonly refusal: Pick<Refusal, 'code' | 'message'> };
