/** Reasons as they are shown. */
import type { Reason } from '../../machines/events.ts';
import { shownText } from './disclosure.ts';

export function reasonView(reason: Reason | null): Reason | null {
  return reason && { code: shownText(reason.code), message: shownText(reason.message) };
}
