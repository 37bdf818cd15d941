/** Deletes that the guard stopped: how many, and the approval of a person who has looked at them. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { IntegrationView } from '../../http/api.ts';
import { approveDeletes, requestDryRun } from '../api.ts';
import { ActionResult } from '../shared/action-result.tsx';
import { counted, numberText } from '../shared/quantity.ts';
import { StatusMark } from '../shared/status-mark.tsx';
import { type StoppedDeletes, stoppedDeletes } from '../shared/stopped-deletes.ts';
import { useAction } from '../shared/use-action.ts';

export function DeletesNotice({ view }: { readonly view: IntegrationView }) {
  const { pending, result, run } = useAction();
  const stopped = stoppedDeletes(view);
  if (stopped === null) return null;
  const { count, types, isEmptySource } = stopped;
  return (
    <section className="sw-notice" data-tone="warn" aria-labelledby="deletes-title">
      <h2 id="deletes-title">
        <StatusMark word="Deletes were stopped" tone="warn" />
      </h2>
      <p>
        {isEmptySource
          ? 'The source says that it is empty.'
          : 'A run would delete more entities than the policy allows.'}{' '}
        {count === null
          ? 'Nobody has counted them yet.'
          : `${entitiesText(count)} would be deleted: ${typesText(types)}.`}{' '}
        Look at them with <code>syncwarden diff {view.id}</code> before you approve.
      </p>
      {count === null ? (
        <Button
          variant="default"
          loading={pending === 'count'}
          onClick={() => void run('count', 'A dry run was requested: it counts them.', () => requestDryRun(view.id))}
        >
          Count them
        </Button>
      ) : (
        <Approval
          key={count}
          count={count}
          isPending={pending === 'approve'}
          onApprove={() =>
            run('approve', `A run that deletes ${entitiesText(count)} was requested.`, () => approveDeletes(view.id))
          }
        />
      )}
      <ActionResult result={result} />
    </section>
  );
}

const entitiesText = (count: number) => counted(count, 'entity', 'entities');

const typesText = (types: StoppedDeletes['types']) =>
  types.map(({ type, count }) => `${type} ${numberText(count)}`).join(', ');

interface ApprovalProps {
  readonly count: number;
  readonly isPending: boolean;
  readonly onApprove: () => Promise<void>;
}

/** Asks a second time, with the number; another number is another question. */
function Approval({ count, isPending, onApprove }: ApprovalProps) {
  const [isAsking, setAsking] = useState(false);
  if (!isAsking)
    return (
      <Button variant="default" onClick={() => setAsking(true)}>
        Approve the deletes…
      </Button>
    );
  return (
    <fieldset className="sw-action-row sw-confirm">
      <legend>Delete {entitiesText(count)} in the target? This cannot be undone.</legend>
      <Button color="red" loading={isPending} onClick={() => void onApprove().then(() => setAsking(false))}>
        Yes, delete {entitiesText(count)}
      </Button>
      <Button variant="default" onClick={() => setAsking(false)}>
        No, keep them
      </Button>
    </fieldset>
  );
}
