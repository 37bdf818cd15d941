/** Tells screen readers of changes of status, and of nothing that merely ticks. */
import { VisuallyHidden } from '@mantine/core';
import type { IntegrationView } from '../../http/api.ts';
import { connectionWord, ladderWord, synchronizationWord } from '../shared/statuses.ts';

export function Announcer({ view }: { readonly view: IntegrationView }) {
  const { connection, synchronization, ladder } = view;
  const proven = synchronization.proof?.equal === false ? 'a difference was found' : 'no difference is known';
  return (
    <VisuallyHidden role="status" aria-live="polite" data-testid="announcer">
      {view.title}: connection {connectionWord(connection).word}, synchronization{' '}
      {synchronizationWord(synchronization).word}, ladder {ladderWord(ladder).word}, {proven}.
    </VisuallyHidden>
  );
}
