/** Tasks: what was asked of the plugin beside the runs, and what came of it. */
import { Button } from '@mantine/core';
import type { IntegrationView } from '../../http/api.ts';
import type { TaskView } from '../../http/plugin-api.ts';
import { cancelTask, requestDryRun, requestVerification } from '../api.ts';
import { ActionResult } from '../shared/action-result.tsx';
import { Card } from '../shared/card.tsx';
import { agoText } from '../shared/duration.ts';
import { useNow } from '../shared/server-time.ts';
import { StatusMark } from '../shared/status-mark.tsx';
import { taskOutcome, taskTitle, taskWord } from '../shared/task-sentence.ts';
import { useAction } from '../shared/use-action.ts';

/** How many are shown; the API has the others. */
const shownMax = 8;

export function TasksCard({ view }: { readonly view: IntegrationView }) {
  const { pending, result, run } = useAction();
  return (
    <Card title="Tasks">
      {view.tasks.length === 0 && (
        <p className="sw-muted">None. A verification compares everything by content; a dry run writes nothing.</p>
      )}
      <ul className="sw-holds">
        {view.tasks.slice(0, shownMax).map((task) => (
          <Task
            key={task.id}
            task={task}
            isCancelling={pending === task.id}
            onCancel={() => void run(task.id, 'Cancelled.', () => cancelTask(view.id, task.id))}
          />
        ))}
      </ul>
      <div className="sw-action-row">
        <Button
          size="xs"
          variant="default"
          loading={pending === 'verify'}
          onClick={() => void run('verify', 'A verification was requested.', () => requestVerification(view.id))}
        >
          Verify by content
        </Button>
        <Button
          size="xs"
          variant="default"
          loading={pending === 'dry-run'}
          onClick={() => void run('dry-run', 'A dry run was requested.', () => requestDryRun(view.id))}
        >
          Dry run
        </Button>
      </div>
      <ActionResult result={result} />
    </Card>
  );
}

interface TaskProps {
  readonly task: TaskView;
  readonly isCancelling: boolean;
  readonly onCancel: () => void;
}

function Task({ task, isCancelling, onCancel }: TaskProps) {
  const now = useNow();
  const title = taskTitle(task);
  const isOpen = task.status === 'waiting' || task.status === 'working';
  return (
    <li>
      <span>
        <StatusMark {...taskWord(task)} /> <strong>{title}</strong>{' '}
        <span className="sw-muted">
          {task.requestedBy}, {agoText(task.endedAt ?? task.requestedAt, now)}
        </span>
        {taskOutcome(task) !== null && <> {taskOutcome(task)}</>}
      </span>
      {isOpen && (
        <Button
          size="xs"
          variant="default"
          loading={isCancelling}
          onClick={onCancel}
          aria-label={`Cancel the task: ${title}`}
        >
          Cancel
        </Button>
      )}
    </li>
  );
}
