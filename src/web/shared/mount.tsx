/** Puts a page into its document. */
import type { ReactNode } from 'react';
import { createRoot } from 'react-dom/client';

export function mount(page: ReactNode): void {
  const place = document.getElementById('page');
  if (place === null) throw new Error('The document has no element with the id "page".');
  createRoot(place).render(page);
}
