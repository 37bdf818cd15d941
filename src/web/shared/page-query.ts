/** What the page's address selects: the integration, and in the inspector the step. */
import { useCallback, useState } from 'react';

/** A value kept in the address of the page, so that a view can be linked to and survives a reload. */
export function useQueryValue(name: string): readonly [string | null, (value: string | null) => void] {
  const [value, setValue] = useState(() => new URL(location.href).searchParams.get(name));
  const change = useCallback(
    (next: string | null) => {
      const url = new URL(location.href);
      if (next === null) url.searchParams.delete(name);
      else url.searchParams.set(name, next);
      history.replaceState(null, '', url);
      setValue(next);
    },
    [name],
  );
  return [value, change];
}

/** The address of a page for an integration, relative so that a prefix of a proxy is kept. */
export function pageHref(page: 'dashboard' | 'inspector', integration: string | null, step?: number): string {
  const query = new URLSearchParams({
    ...(integration === null ? {} : { integration }),
    ...(step === undefined ? {} : { step: String(step) }),
  });
  const path = page === 'dashboard' ? './' : './inspect';
  return query.size === 0 ? path : `${path}?${query}`;
}
