/** Finds an integration by its id and shows it as it stands. */
import { CodedError } from '../core/errors.ts';
import type { InstanceRecord } from '../runtime/index.ts';
import type { IntegrationView, SetAsideView } from './api.ts';
import type { AppOptions } from './app-options.ts';
import { shownText } from './disclosure.ts';
import { fleetState } from './fleet-record.ts';
import { integrationView } from './view.ts';

/** Views of all integrations that the runtime holds, in the configured order. */
export function allViews(options: AppOptions): IntegrationView[] {
  const held = options.integrations.filter(({ id }) => options.runtime.record(id));
  return held.map(({ id }) => viewOf(options, id));
}

/** What is set aside, whether it is configured or not. */
export function setAsideViews({ runtime }: AppOptions): SetAsideView[] {
  return runtime.setAside().map(({ key, machine, why }) => ({ id: key, machine, why: shownText(why) }));
}

/**
 * The view of one integration.
 *
 * @throws CodedError SW_NOT_FOUND
 */
export function viewOf(options: AppOptions, id: string): IntegrationView {
  const { runtime, clock } = options;
  const { record, title } = recordOf(options, id);
  const fleet = fleetState(options)?.context ?? null;
  return integrationView(record, { title, seq: runtime.lastSeq(), at: clock.now(), fleet });
}

/**
 * The newest record of one integration, with its title.
 *
 * @throws CodedError SW_NOT_FOUND
 */
export function recordOf(
  { runtime, integrations }: Pick<AppOptions, 'runtime' | 'integrations'>,
  id: string,
): { readonly record: InstanceRecord; readonly title: string } {
  const title = integrations.find((integration) => integration.id === id)?.title;
  const record = runtime.record(id);
  if (title !== undefined && record) return { record, title };
  const known = integrations.map((integration) => integration.id).join(', ');
  throw new CodedError('SW_NOT_FOUND', {
    doing: 'looking for an integration',
    expected: title === undefined ? `one of ${known || 'those configured'}` : 'that its stored state can be used',
    found: title === undefined ? id.slice(0, 100) : `that "${id}" was set aside`,
    todo: title === undefined ? 'Check the name' : 'Look into the log for the reason',
  });
}
