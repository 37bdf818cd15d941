/** The choice between several integrations, each with its overall status. One alone needs no list. */
import type { IntegrationView } from '../../http/api.ts';
import { StatusMark } from './status-mark.tsx';
import { overallWord } from './statuses.ts';

interface IntegrationListProps {
  readonly views: readonly IntegrationView[];
  readonly selected: string;
  readonly onSelect: (id: string) => void;
}

export function IntegrationList({ views, selected, onSelect }: IntegrationListProps) {
  if (views.length < 2) return null;
  return (
    <nav className="sw-integrations" aria-label="Integrations">
      <ul>
        {views.map((view) => (
          <li key={view.id}>
            <button type="button" aria-current={view.id === selected || undefined} onClick={() => onSelect(view.id)}>
              <span>{view.title}</span>
              <StatusMark {...overallWord(view)} />
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}
